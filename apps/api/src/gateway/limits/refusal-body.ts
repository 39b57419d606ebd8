import { Readable } from 'node:stream';
import { parseJson, readBody, type Provider, type ProviderAnswer } from '@valetkey/providers';
import { discardBody } from '../../platform/index.js';

/** A longer body is no refusal. */
const MOST_BYTES = 16 * 1024;
const MOST_OPENED_BYTES = 64 * 1024;

/** Statuses with which providers refuse calls for their rate. */
export const REFUSALS: readonly number[] = [403, 409, 429];

/** A response, with its parsed body if that is a refusal in JSON. */
export type InspectedAnswer = ProviderAnswer & { readonly refusal?: unknown };

/**
 * Parses the body of a response that may be a refusal, since some providers mention a rate limit only there. The next
 * reader of the body gets all of it. Longer bodies and other types pass unread: only a refusal is delayed.
 */
export async function withRefusal(
  { failsInside }: Pick<Provider, 'failsInside'>,
  path: string,
  answer: ProviderAnswer,
): Promise<InspectedAnswer> {
  const { statusCode, headers, body } = answer;
  const mayRefuse = REFUSALS.includes(statusCode) || (statusCode === 200 && failsInside?.test(path));
  const isShort = Number(headers['content-length'] ?? 0) <= MOST_BYTES;
  if (!mayRefuse || !isShort || !/\bjson\b/i.test(String(headers['content-type']))) return answer;
  const start = await startOf(body);
  // It broke off: the reader of the body gets the error.
  if (!start) return answer;
  const whole = start.isWhole ? Buffer.concat(start.chunks) : undefined;
  const refusal = whole && (await opened(whole, headers['content-encoding']));
  return { ...answer, body: again(start, body), refusal };
}

interface Start {
  readonly chunks: Buffer[];
  readonly rest: AsyncIterableIterator<Buffer>;
  readonly isWhole: boolean;
}

async function startOf(body: Readable): Promise<Start | undefined> {
  const rest = body[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    while (length <= MOST_BYTES) {
      const next = await rest.next();
      if (next.done) return { chunks, rest, isWhole: true };
      chunks.push(next.value);
      length += next.value.length;
    }
    return { chunks, rest, isWhole: false };
  } catch {
    return undefined;
  }
}

/** The same bytes for the next reader, who frees the connection by closing it. */
function again({ chunks, rest }: Start, body: Readable): Readable {
  const stream = Readable.from(joined(chunks, rest), { objectMode: false });
  return stream.once('close', () => discardBody(body));
}

async function* joined(chunks: Buffer[], rest: AsyncIterableIterator<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
  yield* rest;
}

async function opened(bytes: Buffer, encoding: string | string[] | undefined): Promise<unknown> {
  try {
    return parseJson(await readBody(Readable.from([bytes]), encoding?.toString(), MOST_OPENED_BYTES));
  } catch {
    return undefined;
  }
}
