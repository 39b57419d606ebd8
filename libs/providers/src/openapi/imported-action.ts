import { createHash } from 'node:crypto';
import { z } from 'zod';
import { curatedParts } from '../action-sets/curated-parts.js';
import type { Curation } from '../action-sets/curation.js';
import type { Action, ActionCall } from '../core/action.js';
import { buildAction } from '../core/build-action.js';
import type { Provider } from '../core/provider.js';
import { ProviderError } from '../core/provider-error.js';
import type { ActionHeaders, BytesAnswer } from '../core/provider-http.js';
import { routeRequest, type RoutedRequest } from '../requests/judge-request.js';
import { isSchema } from '../core/json-schema.js';
import type { ImportedOperation } from './imported-operation.js';
import { sentParts } from './sent-parts.js';
import { zodObjectOf } from './zod-of.js';

type Input = Readonly<Record<string, unknown>>;

const MOST_TEXT_BYTES = 1024 * 1024;
const STRICTNESS = ['read', 'write', 'destructive'];

const output = z.object({
  body: z.unknown().optional().describe('As the provider answers, or the members of it that are kept.'),
  text: z.string().optional().describe('An answer that is no JSON.'),
  next: z.record(z.string(), z.string()).optional().describe('Members of the input for the next page.'),
});

/**
 * An operation as an action. Its request goes the way of every action's, below the provider's base.
 * @param provider without what was imported for it
 * @param curation where a file of actions says more of it than a document does
 */
export function importedAction(
  provider: Provider,
  operation: ImportedOperation,
  curation?: Curation,
): Action {
  const { name, title, summary, effect, scopes, method } = operation;
  const checked = zodObjectOf(operation.input).superRefine((given, context) => {
    const fault = otherRequest(provider, operation, given);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
  const input = curation ? checked.meta({ examples: [curation.example] }) : checked;
  const action = buildAction(provider.id, {
    ...{ name, title, summary, effect, input, output },
    scopes: scopes as [string, ...string[]],
    ...(curation
      ? curatedParts({ ...{ provider: provider.id, title, method }, path: operation.path, curation })
      : plainParts(provider, operation)),
  });
  const definition = createHash('sha256')
    .update(JSON.stringify(curation ? [operation, curation] : operation))
    .digest('base64url');
  return { ...action, definition };
}

/** An operation of which nothing is known but what its document says. */
function plainParts(provider: Provider, operation: ImportedOperation) {
  const { title, method } = operation;
  return {
    // A write has no mark that could be looked for: what became of it is a person's to say when its answer is lost.
    idempotency: 'none' as const,
    preview: (given: Input) =>
      `${title}: ${method} ${sentParts(operation, given).path} at ${provider.displayName}.`,
    run: async ({ input: given, http }: ActionCall<Input>) => {
      const { path: filled, query, headers, body } = sentParts(operation, given);
      const options = { query, headers: headers as ActionHeaders, ...(body === undefined ? {} : { body }) };
      const answer = await http.bytes(method, filled, options);
      return resultOf(provider.id, operation, answer);
    },
  };
}

function resultOf(
  provider: string,
  operation: ImportedOperation,
  answer: BytesAnswer,
): z.input<typeof output> {
  const body = answer.json();
  const next = nextPage(operation, answer, body);
  if (body !== undefined) return { body, ...(next ? { next } : {}) };
  if (answer.bytes.length === 0) return {};
  const text = answer.bytes.length <= MOST_TEXT_BYTES ? asText(answer.bytes) : undefined;
  if (text !== undefined) return { text };
  throw new ProviderError({
    provider,
    code: 'unexpected_response',
    reason: 'not_text',
    mayHaveHappened: true,
  });
}

/** NUL is no text either, and databases refuse it. */
function asText(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** From the answer's cursor or its `Link` header; parameters of that which the operation does not take are left out. */
function nextPage({ page, places }: ImportedOperation, { next }: BytesAnswer, body: unknown) {
  if (page) {
    const cursor = page.from
      .split('.')
      .reduce<unknown>((at, name) => (isSchema(at) && Object.hasOwn(at, name) ? at[name] : undefined), body);
    const isGiven = (typeof cursor === 'string' && cursor !== '') || typeof cursor === 'number';
    if (isGiven) return { [page.member]: String(cursor) };
  }
  const members = Object.entries(places).flatMap(([member, { in: where, name }]) => {
    const value = where === 'query' ? next?.[name] : undefined;
    return value === undefined ? [] : [[member, value] as const];
  });
  return members.length > 0 ? Object.fromEntries(members) : undefined;
}

/**
 * Why an input may not be sent: with a value such as `issues` a path with many parameters becomes that of another
 * request, for which other rules hold. Judged as the proxy judges addresses.
 */
function otherRequest(provider: Provider, operation: ImportedOperation, input: Input): string | undefined {
  const apiBaseUrl = provider.apiBaseUrl.replace(/\{\w+\}/g, 'x');
  const { path, method, effect } = operation;
  const url = new URL(apiBaseUrl + sentParts(operation, input).path);
  const placed = { ...provider, apiBaseUrl };
  const { lookup } = routeRequest(placed, { apiBaseUrl }, method, url);
  const own = new URL(apiBaseUrl + path.replace(/\{[^{}]*\}/g, 'x'));
  const usual = routeRequest(placed, { apiBaseUrl }, method, own).lookup;
  if (nameOf(usual) === nameOf(lookup) || (effect === 'destructive' && nameOf(lookup) === 'other_method'))
    return undefined;
  const isHarmless =
    typeof lookup === 'string'
      ? lookup === 'no_route'
      : provider.requests.rules[lookup.name] === undefined &&
        STRICTNESS.indexOf(lookup.effect) <= STRICTNESS.indexOf(effect);
  return isHarmless
    ? undefined
    : `with these values it is another request${typeof lookup === 'string' ? '' : `: ${lookup.name}`}`;
}

const nameOf = (lookup: RoutedRequest['lookup']): string =>
  typeof lookup === 'string' ? lookup : lookup.name;
