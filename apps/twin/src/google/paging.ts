import { invalidValue } from './google-errors.js';

/** One page of a list. */
export interface Page<T> {
  items: T[];
  nextPageToken?: string;
}

/** Cuts a page out of a list; page tokens are opaque offsets. */
export function pageOf<T>(all: T[], pageToken: string | undefined, size: number): Page<T> {
  const start = pageToken === undefined ? 0 : readOffset(pageToken);
  const items = all.slice(start, start + size);
  return start + size < all.length ? { items, nextPageToken: writeOffset(start + size) } : { items };
}

/** Reads a page size, with the API's default and maximum. */
export function pageSize(text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1) throw invalidValue(`Invalid value '${text}'.`, 'maxResults');
  return Math.min(size, most);
}

function writeOffset(offset: number): string {
  return Buffer.from(`page:${offset}`).toString('base64url');
}

function readOffset(token: string): number {
  const match = /^page:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  if (!match) throw invalidValue('Invalid page token value.', 'pageToken');
  return Number(match[1]);
}
