import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** The encodings we ask for and open, each with a limit on what comes out. */
const decoders: Record<string, (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  br: promisify(zlib.brotliDecompress),
};

export const acceptEncoding = Object.keys(decoders).join(', ');

/** The body is bigger than allowed, or in an encoding we did not ask for, or broken. */
export class UnreadableBodyError extends Error {
  override readonly name = 'UnreadableBodyError';
}

/** Reads a body of at most `maxBytes`, before and after decompression. */
export async function readBody(
  stream: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) throw new UnreadableBodyError('too large');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks, length);
  const name = encoding?.trim().toLowerCase();
  if (!name || name === 'identity' || length === 0) return body;
  const decode = decoders[name];
  if (!decode) throw new UnreadableBodyError('unknown encoding');
  try {
    return await decode(body, { maxOutputLength: maxBytes });
  } catch {
    throw new UnreadableBodyError('cannot be decompressed within the limit');
  }
}

/** JSON or `undefined`; an empty body is `undefined` too. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
