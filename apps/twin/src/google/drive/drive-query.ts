import { invalidValue } from '../google-errors.js';
import type { DriveFile } from './drive-files.js';

type Test = (file: DriveFile) => boolean;

const TERM =
  /^\s*(not\s+)?(?:(name|mimeType|fullText|trashed|modifiedTime|createdTime|appProperties)\s*(contains|has|=|!=|<=|>=|<|>)\s*('(?:[^'\\]|\\.)*'|true|false|\{[^}]*\})|('(?:[^'\\]|\\.)*')\s+in\s+(parents|owners|writers|readers))/i;

/** Reads Drive's search language: terms joined by `and` or `or`, with `not`. */
export function driveQuery(q: string | undefined): Test {
  if (!q?.trim()) return () => true;
  const alternatives: Test[][] = [[]];
  let rest = q.trim();
  for (;;) {
    const match = TERM.exec(rest);
    if (!match) throw invalidValue('Invalid Value', 'q');
    alternatives.at(-1)?.push(termTest(match));
    rest = rest.slice(match[0].length).trimStart();
    if (rest === '') break;
    const joint = /^(and|or)\s+/i.exec(rest);
    if (!joint) throw invalidValue('Invalid Value', 'q');
    if (joint[1]?.toLowerCase() === 'or') alternatives.push([]);
    rest = rest.slice(joint[0].length);
  }
  return (file) => alternatives.some((tests) => tests.every((test) => test(file)));
}

function termTest([
  ,
  negation,
  field,
  operator = '',
  literal = '',
  member,
  collection,
]: RegExpExecArray): Test {
  const test = member
    ? memberTest(unquote(member), collection ?? '')
    : fieldTest((field ?? '').toLowerCase(), operator.toLowerCase(), unquote(literal));
  return negation ? (file) => !test(file) : test;
}

function memberTest(value: string, collection: string): Test {
  return collection.toLowerCase() === 'parents' ? (file) => file.parents.includes(value) : () => true;
}

function fieldTest(field: string, operator: string, value: string): Test {
  const wanted = value.toLowerCase();
  switch (field) {
    case 'trashed':
      return compare(operator, (file) => String(file.trashed), wanted);
    case 'fulltext':
      return (file) => fullText(file).includes(wanted);
    case 'modifiedtime':
      return compare(
        operator,
        (file) => file.modifiedTime.toLowerCase(),
        new Date(value).toISOString().toLowerCase(),
      );
    case 'createdtime':
      return compare(
        operator,
        (file) => file.createdTime.toLowerCase(),
        new Date(value).toISOString().toLowerCase(),
      );
    case 'appproperties':
      return propertyTest(value);
    case 'mimetype':
      return compare(operator, (file) => file.mimeType.toLowerCase(), wanted);
    default:
      return compare(operator, (file) => file.name.toLowerCase(), wanted);
  }
}

function propertyTest(text: string): Test {
  const [, key = '', value] = /key='([^']*)'\s+and\s+value='([^']*)'/.exec(text) ?? [];
  return (file) => file.appProperties?.[key] === value;
}

function compare(operator: string, read: (file: DriveFile) => string, wanted: string): Test {
  const tests: Record<string, (actual: string) => boolean> = {
    contains: (actual) => actual.includes(wanted),
    '=': (actual) => actual === wanted,
    '!=': (actual) => actual !== wanted,
    '<': (actual) => actual < wanted,
    '<=': (actual) => actual <= wanted,
    '>': (actual) => actual > wanted,
    '>=': (actual) => actual >= wanted,
  };
  const test = tests[operator];
  if (!test) throw invalidValue('Invalid Value', 'q');
  return (file) => test(read(file));
}

function fullText(file: DriveFile): string {
  const textual = /^text\/|google-apps\.document/.test(file.mimeType);
  const content = textual ? Buffer.from(file.content, 'base64').toString('utf8') : '';
  return `${file.name} ${file.description ?? ''} ${content}`.toLowerCase();
}

function unquote(literal: string): string {
  return literal.startsWith("'") ? literal.slice(1, -1).replace(/\\(.)/g, '$1') : literal;
}
