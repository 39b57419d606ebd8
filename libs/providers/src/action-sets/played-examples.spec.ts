import { readActionSets } from './action-set-files.js';
import { catalogueEntries } from '../catalogue/catalogue.js';
import { parseInput } from '../core/action-input.js';
import type { Action } from '../core/action.js';
import type { Provider } from '../core/provider.js';
import { previewOf } from '../preview.js';
import { findAction, findProvider } from '../registry.js';
import {
  callTo,
  effectId,
  failureOf,
  sentRequest,
  shownRequest,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import { filled } from './filled.js';
import { servicePath } from '../openapi/request-address.js';
import { marksOf } from './curated-parts.js';

const sets = readActionSets(
  new URL('../../catalogue/actions/', import.meta.url).pathname,
  catalogueEntries(),
);
const shown = sets.flatMap(({ provider, actions }) =>
  actions.map((one) => [`${provider}.${one.name}`, one] as const),
);
const attemptedAt = new Date('2026-12-01T12:00:00Z');
const marks = { ...marksOf(effectId), since: String(attemptedAt.getTime() / 1000 - 300) };

let server: AnsweringServer;
beforeAll(async () => void (server = await startAnsweringServer()));
afterAll(() => server.close());

function call(id: string, input: unknown) {
  const action = findAction(id) as Action;
  const parsed = parseInput(action, input);
  if (!parsed.success) throw parsed.error;
  const provider = findProvider(action.provider) as Provider;
  return { action, call: callTo(server.origin, provider, parsed.data) };
}

const sent = (id: string) => {
  const { apiBaseUrl } = findProvider(findAction(id)?.provider ?? '') as Provider;
  return server.requests.map((request) => sentRequest(request, servicePath(apiBaseUrl)));
};
const answerWith = (answer: unknown, status = 200, headers = {}) =>
  server.answerWith(() =>
    answer === undefined ? { status: 204 } : { status, headers, body: filled(answer, marks) },
  );

describe.each(shown)('%s', (id, { example, effect, recover }) => {
  it('sends what the documentation shows, and gives the part of the answer that is kept', async () => {
    answerWith(example.answer);
    const { action, call: given } = call(id, example.input);
    const { body, next } = (await action.run(given)) as { body: unknown; next?: unknown };
    expect(sent(id)).toEqual([shownRequest(example, marks)]);
    expect(body).toEqual(filled(example.gives, marks));
    expect(next).toEqual(example.next);
  });

  if (effect !== 'read')
    it('says in plain words what it would do', () => {
      expect(previewOf(id, example.input)).toBe(example.preview);
    });

  const { again, reaches } = example;
  if (reaches)
    it('asks the provider whom it reaches', async () => {
      answerWith(reaches.answer);
      const { action, call: given } = call(id, example.input);
      expect(await action.findRecipients?.(given)).toEqual(reaches.gives);
      expect(sent(id)).toEqual([shownRequest(reaches, marks)]);
    });

  const missing = sets
    .find(({ provider }) => id.startsWith(`${provider}.`))
    ?.failures.find(({ means }) => means === 'not_found');
  if (recover && again) {
    it('is found again by its mark', async () => {
      answerWith(again.answer);
      const { action, call: given } = call(id, example.input);
      expect(await action.recover?.({ ...given, attemptedAt })).toEqual({
        found: { body: filled(again.gives, marks) },
      });
      expect(sent(id)).toEqual([shownRequest(again, marks)]);
    });

    it('is absent where the provider does not have it, and not taken for that of another effect', async () => {
      const others = JSON.stringify(again.answer).replaceAll('{effect', '{other');
      if (recover.mark === undefined) answerWith(missing?.answer, missing?.status);
      else server.answerWith(() => ({ body: JSON.parse(others) as unknown }));
      const { action, call: given } = call(id, example.input);
      expect(await action.recover?.({ ...given, attemptedAt })).toEqual({ absent: true });
    });
  }
});

const failures = sets.flatMap(({ provider, actions, failures: all }) =>
  all.map((failure) => {
    const action = actions.find(({ name }) => name === failure.of);
    return [`${provider}.${failure.of}`, failure.means, failure, action?.example.input] as const;
  }),
);

it.each(failures)('%s fails with %s as the documentation shows it', async (id, means, failure, input) => {
  answerWith(failure.answer, failure.status, failure.headers);
  const { action, call: given } = call(id, input);
  const error = await failureOf(action.run(given));
  expect(error.code).toBe(means);
  if (means === 'insufficient_scope') expect(error.missingScopes).toEqual(failure.scopes ?? action.scopes);
});
