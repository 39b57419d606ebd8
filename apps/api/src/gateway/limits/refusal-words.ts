import { Readable } from 'node:stream';
import { parseJson, readBody, type Provider, type ProviderAnswer } from '@valetkey/providers';
import { discardBody } from '../../platform/index.js';

/** A body that is longer than this is no refusal. */
const MOST_BYTES = 16 * 1024;
const MOST_OPENED_BYTES = 64 * 1024;

/** Statuses with which providers say that they want fewer calls. */
export const REFUSALS: readonly number[] = [403, 409, 429];

/** An answer, and what its body says if it is a refusal in JSON. */
export type HeardAnswer = ProviderAnswer & { readonly said?: unknown };

/**
 * Looks at the body of what may be a refusal, since some providers say only there that they want fewer calls. Whoever
 * reads the body next gets all of it. Longer ones and other kinds pass unread: nothing but a refusal is held up.
 */
export async function heard(
  { failsInside }: Pick<Provider, 'failsInside'>,
  path: string,
  answer: ProviderAnswer,
): Promise<HeardAnswer> {
  const { statusCode, headers, body } = answer;
  const mayRefuse = REFUSALS.includes(statusCode) || (statusCode === 200 && failsInside?.test(path));
  const isShort = Number(headers['content-length'] ?? 0) <= MOST_BYTES;
  if (!mayRefuse || !isShort || !/\bjson\b/i.test(String(headers['content-type']))) return answer;
  const start = await startOf(body);
  // It broke off: the body that has failed tells whoever reads it.
  if (!start) return answer;
  const whole = start.isWhole ? Buffer.concat(start.chunks) : undefined;
  const said = whole && (await opened(whole, headers['content-encoding']));
  return { ...answer, body: again(start, body), said };
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
