import { pipeline, Readable } from 'node:stream';
import {
  encodingsOf,
  returnedHeaders,
  TokenEcho,
  type Encoding,
  type SendRequest,
} from '@valetkey/providers';
import { discardBody, Problem, surviveFailure } from '../platform/index.js';
import { bytesOf } from './bytes-of.js';
import { MOST_ANSWER_BYTES } from './provider-exchange.js';

/** The provider's answer on its way through, without our token in it. */
export interface ForwardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes when it is short; `undefined` when none belongs to it. */
  readonly body: Readable | Buffer | undefined;
}

/** An answer that is no longer than this is not streamed: it leaves in one piece. */
const SHORT_BYTES = 64 * 1024;

/** What a server of HTTP can answer a request with (RFC 9110, section 15). */
const isFinalStatus = (status: number) => status >= 200 && status <= 599;

/**
 * What the caller gets of an answer. Compressed bodies are opened, though we ask for none: a token could not be seen in
 * them.
 * @throws Problem 502 `response_too_large`, or `unexpected_response` for an encoding that cannot be opened, or a status
 *   that is none
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
  if (!isFinalStatus(status)) {
    discardBody(body);
    throw unexpected(`with the status ${status}`);
  }
  // No body comes with these, whatever their headers say of one.
  if (method === 'HEAD' || status === 204 || status === 304) {
    discardBody(body);
    return { status, headers, body: undefined };
  }
  const length = Number(received['content-length'] ?? Number.NaN);
  const encodings = encodingsOf(headers['content-encoding']);
  const refusal = refusalOf(length, encodings);
  if (refusal) {
    discardBody(body);
    throw refusal;
  }
  const { 'content-encoding': _opened, ...shown } = headers;
  if (!encodings?.length && length <= SHORT_BYTES)
    return { status, headers: shown, body: echo.bytes(await bytesOf(body)) };
  if (encodings?.length) delete shown['content-length'];
  return { status, headers: shown, body: opened(encodings ?? [], body, echo) };
}

function refusalOf(length: number, encodings: unknown): Problem | undefined {
  if (!encodings) return unexpected('in an encoding that we did not ask for');
  if (!(length > MOST_ANSWER_BYTES)) return undefined;
  return new Problem(
    502,
    'response_too_large',
    `The provider's answer has ${length} bytes; ${MOST_ANSWER_BYTES} are passed through at most. Ask for a part with Range.`,
  );
}

function unexpected(how: string): Problem {
  return new Problem(502, 'unexpected_response', `The provider answered ${how}.`);
}

function brokenOff(): Problem {
  return new Problem(503, 'unavailable', 'The provider broke its answer off.', { retryable: true });
}

function opened(encodings: readonly Encoding[], body: Readable, echo: TokenEcho): Readable {
  const last = echo.stream();
  // As long as nothing has left for the caller, they are told so.
  last._destroy = (error, done) => done(error && brokenOff());
  // Whoever breaks first breaks the others: the reader of the last one sees it.
  pipeline([body, ...encodings.map(({ stream }) => stream()), last], () => undefined);
  return surviveFailure(last);
}

/** The body as the provider's JSON, when it is short and is some. */
export function jsonOf({ body }: ForwardAnswer): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : undefined;
  } catch {
    return undefined;
  }
}

/** Drops an answer that nobody reads. */
export function discardAnswer({ body }: ForwardAnswer): void {
  if (body instanceof Readable) discardBody(body);
}
