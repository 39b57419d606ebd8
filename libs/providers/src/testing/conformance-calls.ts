import { inspect } from 'node:util';
import type { Provider } from '../core/provider.js';
import type { ProviderError, ProviderErrorCode } from '../core/provider-error.js';
import { asReply, type AnsweringServer, type RecordedRequest, type Reply } from './answering-server.js';
import { callTo, canaryToken, failureOf } from './calls.js';

const secretText = 'secret-text-of-the-provider';

const body = { message: secretText, error_description: secretText, token: canaryToken };

/** The meaning of a status when the body says nothing. */
const byStatus: readonly (readonly [string, Reply, ProviderErrorCode, Partial<ProviderError>])[] = [
  ['400', { status: 400, body }, 'invalid_request', { retryable: false, mayHaveHappened: false }],
  ['401', { status: 401, body }, 'reauthorization_required', { retryable: false, mayHaveHappened: false }],
  ['403', { status: 403, body }, 'invalid_request', { retryable: false, mayHaveHappened: false }],
  ['404', { status: 404, body }, 'not_found', { retryable: false, mayHaveHappened: false }],
  ['409', { status: 409, body }, 'conflict', { retryable: false, mayHaveHappened: false }],
  [
    '429',
    { status: 429, headers: { 'retry-after': '7' }, body },
    'rate_limited',
    { retryable: true, retryAfterMs: 7000 },
  ],
  ['500', { status: 500, body }, 'unavailable', { retryable: true, mayHaveHappened: true }],
  [
    '503 in HTML',
    { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' },
    'unavailable',
    { retryable: true },
  ],
  [
    '200 in HTML',
    { headers: { 'content-type': 'text/html' }, body: '<h1>sign in</h1>' },
    'unexpected_response',
    { mayHaveHappened: true },
  ],
  [
    'half a JSON',
    { body: '{"items": [' },
    'unexpected_response',
    { retryable: false, mayHaveHappened: true },
  ],
  ['another shape', { body: '7' }, 'unexpected_response', { retryable: false, mayHaveHappened: true }],
];

/** Everything that needs a server: good answers, bad answers, and that no error shows a secret. */
export function describeCalls(
  provider: Provider,
  server: () => AnsweringServer,
  answer: (request: RecordedRequest) => unknown,
): void {
  describe.each(provider.actions.map((action) => [action.id, action] as const))('%s calls', (_id, action) => {
    const examples = (action.input.meta()?.['examples'] ?? []) as unknown[];
    const bases = [provider.apiBaseUrl, provider.uploadBaseUrl, provider.contentBaseUrl].filter(
      (base) => base !== undefined,
    );
    const run = () => action.run(callTo(server().origin, provider, action.input.parse(examples[0])));

    it.each(examples)('runs the example %j', async (example) => {
      server().answerWith((request) => asReply(answer(request)));
      const output = await action.run(callTo(server().origin, provider, action.input.parse(example)));
      expect(action.output.safeParse(output).error).toBeUndefined();
      for (const { headers, path } of server().requests) {
        expect(headers.authorization).toBe(`Bearer ${canaryToken}`);
        expect(headers['user-agent']).toBe('valetkey');
        expect(bases.some((base) => path.startsWith(`${new URL(base).pathname.replace(/\/$/, '')}/`))).toBe(
          true,
        );
      }
    });

    it.each(byStatus)('maps %s', async (_name, reply, code, facts) => {
      server().answerWith(() => reply);
      const error = await failureOf(run());
      expect(error).toMatchObject({ code, ...facts });
      const shown = inspect(error, { depth: 10, showHidden: true });
      expect(shown).not.toContain(canaryToken);
      expect(shown).not.toContain(secretText);
      expect(shown).not.toContain(server().origin);
    });

    it.each([301, 302, 303, 307, 308])(
      'refuses a redirect (%i) and sends the token nowhere else',
      async (status) => {
        // The same server by another name, and so another origin.
        const elsewhere = server().origin.replace('127.0.0.1', 'localhost');
        expect(elsewhere).not.toBe(server().origin);
        server().answerWith(() => ({ status, headers: { location: `${elsewhere}/elsewhere` } }));
        await failureOf(run());
        expect(server().requests.map(({ path }) => path)).not.toContain('/elsewhere');
      },
    );

    it('follows no redirect at its own origin, unless its provider moves what is read', async () => {
      server().answerWith(() => ({ status: 302, headers: { location: `${server().origin}/elsewhere` } }));
      await failureOf(run());
      if (!provider.followsMoves)
        expect(server().requests.map(({ path }) => path)).not.toContain('/elsewhere');
    });
  });
}
