import { valueAt } from '../connectors/account-paths.js';
import type { ActionCall, RecoverCall, Recovery } from '../core/action.js';
import { effectKey } from '../core/effect-key.js';
import { isSchema } from '../core/json-schema.js';
import { listed, quoted, sentences } from '../core/preview-words.js';
import { ProviderError } from '../core/provider-error.js';
import type { Method, ProviderHttp, Query } from '../core/provider-http.js';
import { filledPath } from '../openapi/request-address.js';
import type { Curation, RecoverRequest } from './curation.js';
import { filled, namesIn, type Values } from './filled.js';
import { keptOf, pageAfter } from './kept.js';

/** Clocks differ: the provider's may be behind ours by this much. */
const SKEW_S = 300;

type Input = Readonly<Record<string, unknown>>;
interface Result {
  readonly body: unknown;
  readonly next?: Record<string, string>;
}

interface Curated {
  readonly provider: string;
  readonly title: string;
  readonly method: Method;
  readonly path: string;
  readonly curation: Curation;
}

/** Those parts of an action that a file of actions describes otherwise than a document does. */
export function curatedParts({ provider, title, method, path, curation }: Curated) {
  const { answer, page, preview, recover, query, body: template, headers } = curation;
  return {
    ...reachedParts(curation),
    idempotency: recover ? ('read_back' as const) : ('none' as const),
    preview: (input: Input) => (preview ? previewed(preview, input) : `${title}.`),
    run: async ({ input, http, effectId }: ActionCall<Input>): Promise<Result> => {
      const values = { ...input, ...marksOf(effectId) };
      const body = await answered(http, { method, path, query, body: template, headers }, values);
      const kept = keptOf(body, answer);
      if (kept === undefined && answer.at !== undefined)
        throw new ProviderError({ provider, code: 'unexpected_response', mayHaveHappened: true });
      const next = pageAfter(body, page);
      return { body: kept, ...(next ? { next } : {}) };
    },
    ...(recover
      ? {
          recoverScopes: recover.scopes,
          settleMs: recover.settleSeconds * 1000,
          recover: (call: RecoverCall<Input>) => recovered(call, recover, answer.keep),
        }
      : {}),
  };
}

/** Groups and recipients: of the input, or with those that the provider names when it is asked. */
function reachedParts({ recipients, reaches }: Curation) {
  const given = (input: Input) => recipients.flatMap((name) => input[name] ?? []).map(String);
  if (recipients.length === 0 && !reaches) return { groups: [] };
  if (!reaches) return { groups: ['sends'], recipients: given };
  const [, path = ''] = reaches.request.split(' ');
  return {
    groups: ['sends'],
    findRecipients: async ({ input, http }: ActionCall<Input>) => {
      const answer = await answered(http, { method: 'GET', path, query: reaches.query }, input);
      return [...new Set([...given(input), ...reaches.at.flatMap((at) => textsAt(answer, at.split('.')))])];
    },
  };
}

function textsAt(value: unknown, steps: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsAt(one, steps));
  const [step, ...rest] = steps;
  if (step === undefined) return typeof value === 'string' ? [value] : [];
  return isSchema(value) && Object.hasOwn(value, step) ? textsAt(value[step], rest) : [];
}

interface Asked {
  readonly method: Method;
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: unknown;
  readonly headers?: Curation['headers'];
}

/** The answer's JSON; nothing for one without a body. */
async function answered(http: ProviderHttp, asked: Asked, values: Values): Promise<unknown> {
  const texts = new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
  const query = (filled(asked.query ?? {}, values) ?? {}) as Query;
  const body = asked.body === undefined ? undefined : (filled(asked.body, values) ?? {});
  const headers = { accept: 'application/json', ...asked.headers };
  const options = { query, headers, ...(body === undefined ? {} : { body }) };
  return (await http.bytes(asked.method, filledPath(asked.path, texts), options)).json();
}

/** The forms of an effect's mark: 32 letters, or a UUID of version 4 where a provider lets us choose the id. */
export function marksOf(effectId: string): Readonly<Record<'effect' | 'effect_uuid', string>> {
  const effect = effectKey(effectId);
  const hex = [...effect].map((letter) => (parseInt(letter, 32) % 16).toString(16)).join('');
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  return { effect, effect_uuid: uuid };
}

async function recovered(
  { input, http, effectId, attemptedAt }: RecoverCall<Input>,
  recover: RecoverRequest,
  keep: readonly string[],
): Promise<Recovery<Result>> {
  const marks = marksOf(effectId);
  const since = Math.max(0, Math.floor((attemptedAt?.getTime() ?? 0) / 1000) - SKEW_S);
  const [method, path = ''] = recover.request.split(' ');
  const asked = { method: method as Method, path, query: recover.query, body: recover.body };
  let answer: unknown;
  try {
    answer = await answered(http, asked, { ...input, ...marks, since: String(since) });
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'not_found') throw error;
    return recover.mark === undefined ? { absent: true } : { unknown: 'the place where it would be is gone' };
  }
  const found = markedIn(valueAt(answer, recover.at), recover.mark, Object.values(marks));
  if (found !== undefined) return { found: { body: keptOf(found, { keep }) } };
  const isMore = recover.more !== undefined && Boolean(valueAt(answer, recover.more));
  return isMore ? { unknown: 'it is not among those that were shown, and there are more' } : { absent: true };
}

function markedIn(value: unknown, mark: string | undefined, marks: readonly string[]): unknown {
  const things: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isMarked = (thing: unknown) =>
    mark === undefined || marks.some((one) => valueAt(thing, mark) === one);
  return things.find((thing) => isSchema(thing) && isMarked(thing));
}

/** Sentences with the input's values; one that speaks of an absent value is left out. */
function previewed(texts: readonly string[], input: Input): string {
  const spoken = texts.filter((text) => namesIn(text).every((name) => input[name] !== undefined));
  return sentences(
    ...spoken.map((text) => text.replace(/\{(\w+)\}/g, (_, name: string) => said(input[name]))),
  );
}

function said(value: unknown): string {
  if (Array.isArray(value)) return listed(value.map(said));
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' ? quoted(JSON.stringify(value)) : String(value);
}
