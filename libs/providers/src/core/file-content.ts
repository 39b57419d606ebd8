import { z } from 'zod';

const MIB = 1024 * 1024;

/** Largest content that one action takes, in bytes. As base64 it fits into the 32 MiB that a request may have. */
export const MAX_CONTENT_BYTES = 20 * MIB;

/** Largest piece of a file that one action returns, in bytes. */
export const MAX_PIECE_BYTES = 8 * MIB;

/** Input members for content; check them with `oneContent`. */
export const contentMembers = {
  text: z.string().max(MAX_CONTENT_BYTES).optional().describe('Content as text; or give base64'),
  base64: z
    .string()
    .max(Math.ceil(MAX_CONTENT_BYTES / 3) * 4)
    .optional()
    .describe('20 MiB at most'),
};

export interface Content {
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
}

/** Whether a text is base64 as RFC 4648 writes it. Megabytes are judged by writing them anew: no pattern is as fast. */
export function isBase64(value: string): boolean {
  if (value.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(value.slice(-4))) return false;
  const anew = Buffer.from(value, 'base64').toString('base64');
  return anew.length === value.length && anew.slice(0, -4) === value.slice(0, -4);
}

const explain = ({ text, base64 }: Content): string | undefined => {
  if ((text === undefined) === (base64 === undefined)) return 'give either text or base64';
  if (base64 !== undefined && !isBase64(base64))
    return 'base64 is not valid (RFC 4648 section 4, with padding)';
  return Buffer.byteLength(base64 ?? text ?? '', base64 === undefined ? 'utf8' : 'base64') > MAX_CONTENT_BYTES
    ? 'the content has more than 20 MiB'
    : undefined;
};

/** For `superRefine`: exactly one content, well encoded, not too long. */
export function oneContent(content: Content, context: z.core.$RefinementCtx): void {
  const message = explain(content);
  if (message)
    context.addIssue({ code: 'custom', message, path: [content.base64 === undefined ? 'text' : 'base64'] });
}

export const contentBytes = ({ text, base64 }: Content): Buffer =>
  base64 === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(base64, 'base64');

/** Input members that say which part of a file is wanted, and how it is written. */
export const pieceMembers = {
  offset: z.int().min(0).default(0).describe('nextOffset of the last answer'),
  maxBytes: z.int().min(4).max(MAX_PIECE_BYTES).default(MIB).describe('8 MiB at most'),
  encoding: z.enum(['auto', 'base64']).default('auto').describe('auto: text if UTF-8, else base64'),
};

/** Output members of a piece of a file. */
export const pieceOutput = {
  encoding: z.enum(['text', 'base64']).describe('How content is written'),
  content: z.string().describe('The bytes from offset on, at most 8 MiB before encoding'),
  offset: z.int().describe('First byte of this piece'),
  size: z.int().describe('Bytes of the whole file'),
  nextOffset: z.int().optional().describe('Give it as offset for the next piece; absent on the last'),
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Length without a character that the end of the piece cuts in two. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** The text, unless it is none; NUL is no text either, and databases refuse it. */
function asText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Writes a piece as its output members. A character that goes on in the next piece is left for that one. */
export function pieceOf(
  bytes: Buffer,
  { offset, size, encoding }: { offset: number; size: number; encoding: 'auto' | 'base64' },
) {
  const isLast = offset + bytes.length >= size;
  const length = isLast ? bytes.length : wholeCharacters(bytes);
  const text = encoding === 'auto' ? asText(bytes.subarray(0, length)) : undefined;
  const end = offset + (text === undefined ? bytes.length : length);
  return {
    encoding: text === undefined ? ('base64' as const) : ('text' as const),
    content: text ?? bytes.toString('base64'),
    offset,
    size,
    ...(end < size ? { nextOffset: end } : {}),
  };
}
