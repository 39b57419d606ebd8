import { boundOutput } from './bounded-output.js';
import { projected } from './projection.js';

/** The part of a JSON value that is wanted. */
export interface WantedPart {
  /** Where it is, `messages[3].body`; the whole where it is left out. */
  readonly path?: string | undefined;
  /** In a list the first item, in a text the first character, counted from 0. */
  readonly from?: number | undefined;
  /** Members to keep, as {@link projected} reads them. */
  readonly fields?: readonly string[] | undefined;
  /** Its longest, as JSON. */
  readonly bytes: number;
}

/** A part of a value, and how to go on. */
export interface ResultPart {
  readonly value: unknown;
  /** Items of the list, or characters of the text, that it was taken from; left out for other values. */
  readonly of?: number;
  /** The `from` of what comes next; left out at the end. */
  readonly next?: number;
  /** One line for each part inside it that was cut. */
  readonly cuts: readonly string[];
}

const STEP = /\[(\d{1,9})\]|\.([^.[\]]+)/gy;

/**
 * Reads a part of a value. A list ends at a whole item.
 * @returns `undefined` when there is nothing at the path
 */
export function partOf(
  whole: unknown,
  { path = '', from = 0, fields, bytes }: WantedPart,
): ResultPart | undefined {
  const found = valueAt(whole, path);
  if (found === undefined) return undefined;
  const value = fields ? projected(found, fields) : found;
  if (Array.isArray(value)) return partOfList(value, from, bytes);
  if (typeof value === 'string') return partOfText(value, from, bytes);
  return boundOutput(value, bytes);
}

function partOfList(items: readonly unknown[], from: number, bytes: number): ResultPart {
  const rest = items.slice(from);
  const { value, cuts } = boundOutput(rest, bytes);
  const next = from + (value as unknown[]).length;
  // The line about the list itself is said by `next`.
  const within = cuts.filter((cut) => !cut.startsWith('items: '));
  return { value, of: items.length, cuts: within, ...(next < items.length ? { next } : {}) };
}

function partOfText(text: string, from: number, bytes: number): ResultPart {
  // Half a character is no text.
  const start = from > 0 && isLowSurrogate(text.charCodeAt(from)) ? from - 1 : from;
  const { value } = boundOutput(text.slice(start), bytes);
  const isCut = value !== text.slice(start);
  const part = isCut ? (value as string).slice(0, -1) : (value as string);
  return { value: part, of: text.length, cuts: [], ...(isCut ? { next: start + part.length } : {}) };
}

const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** The value at a path of own members and items. */
function valueAt(whole: unknown, path: string): unknown {
  let at = whole;
  let end = 0;
  const steps = path === '' || path.startsWith('[') ? path : `.${path}`;
  for (const { 0: step, 1: index, 2: name } of steps.matchAll(STEP)) {
    end += step.length;
    if (index !== undefined) at = Array.isArray(at) ? at[Number(index)] : undefined;
    else at = isRecord(at) && Object.hasOwn(at, name ?? '') ? at[name ?? ''] : undefined;
    if (at === undefined) return undefined;
  }
  return end === steps.length ? at : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
