import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { returnedHeaders, TokenEcho, type SendRequest } from '@valetkey/providers';
import { Problem } from '../platform/index.js';
import { bytesOf } from './bytes-of.js';
import { MOST_ANSWER_BYTES } from './provider-exchange.js';

/** The provider's answer on its way through, without our token in it. */
export interface ForwardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes when it is short. */
  readonly body: Readable | Buffer;
}

/** An answer that is no longer than this is not streamed: it leaves in one piece. */
const SHORT_BYTES = 64 * 1024;

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * What the caller gets of an answer. Compressed bodies are opened, though we ask for none: a token could not be seen in
 * them.
 * @throws Problem 502 `response_too_large`, or `unexpected_response` for an encoding that cannot be opened
 */
export async function forwardAnswer(
  method: string,
  url: URL,
  accessToken: string,
  { statusCode: status, headers: received, body }: Awaited<ReturnType<SendRequest>>,
): Promise<ForwardAnswer> {
  const echo = new TokenEcho(accessToken);
  const headers = returnedHeaders(received, url);
  for (const name in headers) headers[name] = echo.text(headers[name] ?? '');
  const length = Number(received['content-length'] ?? Number.NaN);
  if (length > MOST_ANSWER_BYTES) {
    body.destroy();
    throw new Problem(
      502,
      'response_too_large',
      `The provider's answer has ${length} bytes; ${MOST_ANSWER_BYTES} are passed through at most. Ask for a part with Range.`,
    );
  }
  const encodings = (headers['content-encoding'] ?? '').toLowerCase().split(',');
  const wrapped = encodings.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
  const isEmpty = method === 'HEAD' || status === 204 || status === 304;
  if (isEmpty) return { status, headers, body };
  if (wrapped.length === 0 && length <= SHORT_BYTES)
    return { status, headers, body: echo.bytes(await bytesOf(body)) };
  return { status, ...opened(headers, wrapped, body, echo) };
}

function opened(
  { 'content-encoding': _encoding, ...headers }: Record<string, string>,
  wrapped: readonly string[],
  body: Readable,
  echo: TokenEcho,
): Pick<ForwardAnswer, 'headers' | 'body'> {
  const decoders = wrapped.map((name) => DECODERS[name]).reverse();
  if (decoders.includes(undefined)) {
    body.destroy();
    throw new Problem(
      502,
      'unexpected_response',
      'The provider answered in an encoding that we did not ask for.',
    );
  }
  const steps = [...decoders.map((create) => create?.()), echo.stream()].filter((step) => step !== undefined);
  const last = steps.at(-1) ?? body;
  // Whoever breaks first breaks the others: the reader of the last one sees it.
  pipeline([body, ...steps], () => undefined);
  if (wrapped.length > 0) delete headers['content-length'];
  return { headers, body: last };
}

/** The body as the provider's JSON, when it is short and is some. */
export function jsonOf({ body }: ForwardAnswer): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : undefined;
  } catch {
    return undefined;
  }
}

/** Frees the connection of an answer that nobody reads. */
export function discard({ body }: ForwardAnswer): void {
  if (!Buffer.isBuffer(body)) body.resume();
}
