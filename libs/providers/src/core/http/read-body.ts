import { encodingsOf } from './content-encoding.js';
import { jsonExcess } from '../json-bounds.js';

/** The body is bigger than allowed, or in an encoding we did not ask for, or broken. */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';
}

/**
 * Reads a body of at most `maxBytes`, before and after decompression; of a longer one the beginning if `cut` says so. A
 * function is given each part, and says when enough has come.
 */
export async function readBody(
  stream: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  maxBytes: number,
  cut: boolean | ((chunk: Uint8Array) => boolean) = false,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes && cut !== true) throw new UnreadableBodyError('too large');
    chunks.push(chunk);
    if (typeof cut === 'function' ? cut(chunk) : cut && length >= maxBytes) break;
  }
  const body: Buffer = Buffer.concat(chunks, cut === true ? Math.min(length, maxBytes) : length);
  if (length === 0) return body;
  const encodings = encodingsOf(encoding);
  if (!encodings) throw new UnreadableBodyError('unknown encoding');
  try {
    let opened = body;
    for (const { open } of encodings) opened = await open(opened, { maxOutputLength: maxBytes });
    return opened;
  } catch {
    throw new UnreadableBodyError('cannot be decompressed within the limit');
  }
}

/** More structure than any answer that we ask for has; to parse and check it would take seconds. */
const BOUNDS = { depth: 256, members: 300_000 };

/** JSON or `undefined`; an empty body is `undefined` too, and so is one of more structure than an answer has. */
export function parseJson(body: Buffer): unknown {
  if (jsonExcess(body, BOUNDS)) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
