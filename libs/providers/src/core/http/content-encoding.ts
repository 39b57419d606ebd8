import { promisify } from 'node:util';
import zlib, { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Transform } from 'node:stream';

/** A compression that we can decode: at once within a limit, or as a stream. */
export interface Encoding {
  readonly open: (data: Buffer, limit: { maxOutputLength: number }) => Promise<Buffer>;
  readonly stream: () => Transform;
}

const gzip: Encoding = { open: promisify(zlib.gunzip), stream: createGunzip };

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', { open: promisify(zlib.inflate), stream: createInflate }],
  ['br', { open: promisify(zlib.brotliDecompress), stream: createBrotliDecompress }],
]);

/** The `Accept-Encoding` for requests whose response may be compressed. */
export const acceptEncoding = 'gzip, deflate, br';

/**
 * Values that servers write into `Content-Encoding` though nothing is encoded: character sets and words for "as it is".
 */
const NO_ENCODING: ReadonlySet<string> = new Set([
  '',
  'identity',
  'none',
  'binary',
  '8bit',
  'utf-8',
  'utf8',
  'us-ascii',
  'iso-8859-1',
]);

/** No server compresses twice; a chain of thousands would only cost us time. */
const MOST_ENCODINGS = 3;

/** The decoders for a body, outermost first; `undefined` when we cannot decode it. */
export function encodingsOf(contentEncoding: string | undefined): readonly Encoding[] | undefined {
  const names = (contentEncoding ?? '')
    .toLowerCase()
    .split(',', 100)
    .map((name) => name.trim())
    .filter((name) => !NO_ENCODING.has(name));
  if (names.length > MOST_ENCODINGS) return undefined;
  const encodings = names.map((name) => ENCODINGS.get(name)).reverse();
  return encodings.every((encoding) => encoding !== undefined) ? encodings : undefined;
}
