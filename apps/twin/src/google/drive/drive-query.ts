import { invalidValue } from '../google-errors.js';
import type { DriveFile } from './drive-files.js';

type Test = (file: DriveFile) => boolean;

const TERM =
  /^(?:(name|mimeType|fullText|trashed|modifiedTime|createdTime|appProperties)\s*(contains|has|=|!=|<=|>=|<|>)\s*('(?:[^'\\]|\\.)*'|true|false|\{[^}]*\})|('(?:[^'\\]|\\.)*')\s+in\s+(parents|owners|writers|readers))\s*/i;

/** The rest of a query. */
interface Reader {
  rest: string;
}

/** Reads Drive's search language: terms joined by `and` or `or`, with `not` and parentheses. */
export function driveQuery(q: string | undefined): Test {
  if (!q?.trim()) return () => true;
  const reader = { rest: q.trim() };
  const test = anyOf(reader);
  if (reader.rest !== '') throw invalidValue('Invalid Value', 'q');
  return test;
}

function anyOf(reader: Reader): Test {
  const tests = [allOf(reader)];
  while (take(reader, /^or\b\s*/i)) tests.push(allOf(reader));
  return (file) => tests.some((test) => test(file));
}

function allOf(reader: Reader): Test {
  const tests = [term(reader)];
  while (take(reader, /^and\b\s*/i)) tests.push(term(reader));
  return (file) => tests.every((test) => test(file));
}

function term(reader: Reader): Test {
  if (take(reader, /^not\b\s*/i)) {
    const test = term(reader);
    return (file) => !test(file);
  }
  if (take(reader, /^\(\s*/)) {
    const test = anyOf(reader);
    if (!take(reader, /^\)\s*/)) throw invalidValue('Invalid Value', 'q');
    return test;
  }
  const match = take(reader, TERM);
  if (!match) throw invalidValue('Invalid Value', 'q');
  return termTest(match);
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | null {
  const match = pattern.exec(reader.rest);
  if (match) reader.rest = reader.rest.slice(match[0].length);
  return match;
}

function termTest([, field, operator = '', literal = '', member, collection]: RegExpExecArray): Test {
  return member
    ? memberTest(unquote(member), collection ?? '')
    : fieldTest((field ?? '').toLowerCase(), operator.toLowerCase(), unquote(literal));
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
