import { pipeline, Readable } from 'node:stream';
import {
  encodingsOf,
  flatHeaders,
  returnedHeaders,
  TokenEcho,
  type Encoding,
  type JsonStringReplacer,
  type Provider,
  type SendRequest,
  type TokenHeader,
} from '@valetkey/providers';
import { discardBody, Problem, surviveFailure } from '../../platform/index.js';
import type { AnswerAddresses } from './answer-addresses.js';
import { bytesOf } from './bytes-of.js';
import { MOST_ANSWER_BYTES } from '../provider-exchange.js';

/** The provider's response as it is forwarded, without our token in it. */
export interface ForwardAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The headers as they came: for decisions only, never forwarded. */
  readonly received: Readonly<Record<string, string>>;
  /** A buffer when it is short; `undefined` when there is none. */
  readonly body: Readable | Buffer | undefined;
}

/** A response that is no longer than this is not streamed: it leaves in one piece. */
const SHORT_BYTES = 64 * 1024;

/** Statuses that can end an exchange (RFC 9110, section 15). */
const isFinalStatus = (status: number) => status >= 200 && status <= 599;

/** A response of a provider, or of a host to which it redirected us. */
export interface Received {
  readonly provider: Provider;
  readonly method: string;
  /** The token that was sent with the request. */
  readonly accessToken?: string;
  /** How it was sent, where that differs from the provider's way. */
  readonly sentIn?: TokenHeader | undefined;
  /** Rewrites the addresses in it; without it no header with an address is forwarded, and the body stays as it is. */
  readonly addresses?: AnswerAddresses;
  readonly answer: Awaited<ReturnType<SendRequest>>;
}

/**
 * The response for the caller. Compressed bodies are decompressed, though we ask for none: neither a token nor an
 * address could be found in them.
 * @throws Problem 502 `response_too_large`, or `unexpected_response` for an unknown encoding or an invalid status
 */
export async function forwardAnswer(from: Received): Promise<ForwardAnswer> {
  const { addresses, answer } = from;
  const { statusCode: status, body } = answer;
  if (!isFinalStatus(status)) {
    discardBody(body);
    throw unexpected(`with the status ${status}`);
  }
  const echo = new TokenEcho(from.accessToken ?? '', from.sentIn);
  const received = flatHeaders(answer.headers);
  for (const name in received) received[name] = echo.text(received[name] ?? '');
  const headers = await ownHeaders(from, received);
  const links = addresses?.body(received['content-type'] ?? '');
  if (links) delete headers['content-length'];
  if (hasNoBody(from, received, links !== undefined && headers['location'] !== undefined)) {
    discardBody(body);
    const shown = isRedirect(status, received) ? ofRedirect(headers) : headers;
    return { status, headers: shown, received, body: undefined };
  }
  return { status, received, ...(await withBody({ headers, received, answer, echo, links })) };
}

interface Incoming {
  readonly headers: Record<string, string>;
  readonly received: Readonly<Record<string, string>>;
  readonly answer: Awaited<ReturnType<SendRequest>>;
  readonly echo: TokenEcho;
  readonly links: JsonStringReplacer | undefined;
}

async function withBody(incoming: Incoming): Promise<Pick<ForwardAnswer, 'headers' | 'body'>> {
  const { received, answer, echo, links } = incoming;
  const length = Number(received['content-length'] ?? Number.NaN);
  const encodings = encodingsOf(received['content-encoding']);
  const refusal = refusalOf(length, encodings);
  if (refusal) {
    discardBody(answer.body);
    throw refusal;
  }
  const headers = { ...incoming.headers };
  delete headers['content-encoding'];
  if (!encodings?.length && length <= SHORT_BYTES) {
    const bytes = echo.bytes(await bytesOf(answer.body));
    return { headers, body: links ? await links.whole(bytes) : bytes };
  }
  if (encodings?.length) delete headers['content-length'];
  return { headers, body: opened(encodings ?? [], answer.body, echo, links) };
}

/** The headers that are forwarded. The addresses behind the ids in them are stored by then. */
async function ownHeaders(
  { provider, addresses, answer }: Received,
  received: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const headers = { ...returnedHeaders(provider, received), ...addresses?.headers(received) };
  try {
    await addresses?.stored();
    return headers;
  } catch (error) {
    discardBody(answer.body);
    throw error;
  }
}

/**
 * A response without a body, whatever its headers say. The body of a redirect repeats its address, so it is forwarded
 * only where it is rewritten.
 */
function hasNoBody(
  { method, answer: { statusCode: status } }: Received,
  received: Readonly<Record<string, string>>,
  isRewritten: boolean,
): boolean {
  return (
    method === 'HEAD' || status === 204 || status === 304 || (isRedirect(status, received) && !isRewritten)
  );
}

/** Drive says with 308 that an upload goes on; a redirect always has a location. */
function isRedirect(status: number, { location }: Readonly<Record<string, string>>): boolean {
  return status >= 300 && status <= 399 && location !== undefined;
}

/** Headers of a redirect without its body; without a location it says that the location was removed. */
function ofRedirect(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^content-(?!location)/.test(name)),
  );
  return kept['location'] === undefined ? { ...kept, 'valetkey-error': 'redirect_not_followed' } : kept;
}

function refusalOf(length: number, encodings: unknown): Problem | undefined {
  if (!encodings) return unexpected('in an encoding that we did not ask for');
  if (!(length > MOST_ANSWER_BYTES)) return undefined;
  return new Problem('response_too_large', { length, most: MOST_ANSWER_BYTES });
}

function unexpected(how: string): Problem {
  return new Problem('unexpected_response', { how });
}

function brokenOff(): Problem {
  return new Problem('unavailable.broken_off');
}

function opened(
  encodings: readonly Encoding[],
  body: Readable,
  echo: TokenEcho,
  links: JsonStringReplacer | undefined,
): Readable {
  const clean = echo.stream();
  const last = links?.stream() ?? clean;
  const steps = [...encodings.map(({ stream }) => stream()), clean, ...(links ? [last] : [])];
  // As long as no byte has left for the caller, the failure becomes a problem, also when it occurred before the
  // response was sent.
  const destroy = last.destroy.bind(last);
  last.destroy = (error) => destroy(error && brokenOff());
  // A failure of one stream destroys the others: the reader of the last one gets the error.
  pipeline([body, ...steps], () => undefined);
  return surviveFailure(last);
}

/** The body as the provider's JSON, when it is short and is JSON. */
export function jsonOf({ body }: ForwardAnswer): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString()) : undefined;
  } catch {
    return undefined;
  }
}

/** Drops a response that is not read. */
export function discardAnswer({ body }: Pick<ForwardAnswer, 'body'>): void {
  if (body instanceof Readable) discardBody(body);
}
