import { z } from 'zod';
import { invalidInput } from './problem.js';

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
