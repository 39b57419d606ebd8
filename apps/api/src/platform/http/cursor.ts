import { z } from 'zod';
import type { AskedSubject, MayShow } from './asks.js';
import { invalidInput } from '../problems/index.js';

/** Query members of every list that pages by cursor. */
export const cursorQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A page of a list: `nextCursor` is there when more follows. */
export interface CursorPage<Row> {
  readonly data: Row[];
  readonly nextCursor?: string;
}

/** Makes a page of rows that were read with `limit + 1`. */
export function cursorPage<Row>(rows: Row[], limit: number, keyOf: (row: Row) => string): CursorPage<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return rows.length > limit && last ? { data, nextCursor: cursorOf(keyOf(last)) } : { data };
}

/** The cursor that stands for a key. */
export function cursorOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** The key that a cursor stands for. */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!/^[\w-]+$/.test(key)) throw invalidInput('cursor: is not one that this list gave out');
  return key;
}

/** So many rows are looked at for one page; then it is short, or empty, and goes on. */
const LOOKED_AT = 1_000;

/** Where a list stands: below which key, and how many rows are wanted. */
interface Reading<Row> {
  /** Rows below `before`, newest first. */
  readonly read: (before: string | undefined, count: number) => Promise<Row[]>;
  readonly keyOf: (row: Row) => string;
  readonly subjectOf: (row: Row) => AskedSubject;
}

/** A page of the rows that may be shown; `mayShow` left out: of all. */
export async function visiblePage<Row>(
  { read, keyOf, subjectOf }: Reading<Row>,
  cursor: string | undefined,
  limit: number,
  mayShow: MayShow | undefined,
): Promise<CursorPage<Row>> {
  let before = readCursor(cursor);
  if (!mayShow) return cursorPage(await read(before, limit + 1), limit, keyOf);
  const shown: Row[] = [];
  for (let looked = 0; looked < LOOKED_AT;) {
    const rows = await read(before, limit + 1);
    for (const row of rows) if (await mayShow(subjectOf(row))) shown.push(row);
    const last = rows.at(-1);
    if (shown.length > limit || rows.length <= limit || !last) return cursorPage(shown, limit, keyOf);
    before = keyOf(last);
    looked += rows.length;
  }
  return { data: shown, ...(before === undefined ? {} : { nextCursor: cursorOf(before) }) };
}
