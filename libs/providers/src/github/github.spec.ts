import {
  callTo,
  describeProviderConformance,
  failureOf,
  fixture,
  githubJudge,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import { createIssue } from './actions/create-issue.js';
import { listIssues } from './actions/list-issues.js';
import { githubProvider as provider } from './index.js';
import { marker } from './issue.js';

const issues = fixture(provider.id, 'issues') as object[];

const now = 1_800_000_000_000;
const sso =
  'https://github.com/orgs/octo-org/sso?authorization_request=AZSCKtL4U8yX1H3sCQIVnVgmjmon5fWxks5YrqhJgah0b2tlbl9pZM4EuMz4';

describeProviderConformance(provider, {
  judge: githubJudge,
  answer: ({ method }) => (method === 'POST' ? issues[1] : issues),
  failures: [
    {
      name: '404 that means a missing scope',
      answer: { status: 404, headers: { 'x-oauth-scopes': 'read:user', 'x-accepted-oauth-scopes': 'repo' } },
      means: 'insufficient_scope',
    },
    {
      name: '403 that means a missing scope',
      answer: {
        status: 403,
        headers: { 'x-oauth-scopes': '', 'x-accepted-oauth-scopes': 'public_repo, repo' },
      },
      means: 'insufficient_scope',
    },
    {
      name: '404 that means 404',
      answer: { status: 404, headers: { 'x-oauth-scopes': 'repo, user', 'x-accepted-oauth-scopes': 'repo' } },
      means: 'not_found',
    },
    {
      name: 'a spent hour, by its reset time',
      answer: {
        status: 403,
        now,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1800000042' },
      },
      means: 'rate_limited',
      retryAfterMs: 42_000,
    },
    {
      name: 'a secondary limit with Retry-After',
      answer: { status: 429, headers: { 'retry-after': '30' } },
      means: 'rate_limited',
      retryAfterMs: 30_000,
    },
    {
      name: 'a secondary limit without it, as a minute',
      answer: { status: 403, body: fixture(provider.id, 'secondary-limit') },
      means: 'rate_limited',
      retryAfterMs: 60_000,
    },
    {
      name: 'single sign-on, with the page that lifts it',
      answer: { status: 403, headers: { 'x-github-sso': `required; url=${sso}` } },
      means: 'reauthorization_required',
      fixUrl: sso,
    },
    {
      name: 'an organisation that restricts OAuth apps',
      answer: {
        status: 403,
        body: {
          message:
            'Although you appear to have the correct authorization credentials, the `octo-org` organization has enabled OAuth App access restrictions',
        },
      },
      means: 'invalid_request',
    },
    { name: 'a repository that has moved', answer: { status: 301 }, means: 'not_found' },
    {
      name: 'a field that is not valid',
      answer: { status: 422, body: { message: 'Validation Failed', errors: [{ code: 'missing_field' }] } },
      means: 'invalid_request',
    },
  ],
});

describe('github actions', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await startAnsweringServer();
  });
  afterAll(() => server.close());

  const call = <T>(input: T) => ({ ...callTo(server.origin, provider), input });
  const effectMarker = () => marker(call(undefined).effectId);
  const newIssue = createIssue.input.parse({
    owner: 'octocat',
    repo: 'hello-world',
    title: 'Crash',
    body: 'Steps',
  });
  const full = (created_at: string) =>
    Array.from({ length: 100 }, (_, number) => ({ number, title: 'x', state: 'open', created_at }));

  it('lists issues without pull requests and without our marker', async () => {
    server.answerWith(() => ({ body: issues }));
    const input = listIssues.input.parse({
      owner: 'octocat',
      repo: 'hello-world',
      limit: 2,
      labels: ['bug', 'p1'],
    });
    const output = await listIssues.run(call(input));
    expect(output.issues.map(({ number, body }) => [number, body])).toEqual([[42, 'Steps: start it.']]);
    expect(output.nextPage).toBe(2);
    expect(server.requests[0]?.query.get('labels')).toBe('bug,p1');
  });

  it.each(['..', '.', 'a/b', 'a%2fb', ''])('refuses the repository name %j', (repo) => {
    expect(listIssues.input.safeParse({ owner: 'octocat', repo }).success && !/^\.+$/.test(repo)).toBe(false);
  });

  it('never steps out of the repository by a name of dots', async () => {
    server.answerWith(() => ({ body: [] }));
    const input = listIssues.input.parse({ owner: '..', repo: 'user' });
    expect(await failureOf(listIssues.run(call(input)))).toMatchObject({ code: 'invalid_request' });
    expect(server.requests).toEqual([]);
  });

  it('marks an issue invisibly and finds it by the mark', async () => {
    server.answerWith(() => ({ body: issues[1] }));
    await createIssue.run(call(newIssue));
    expect((server.requests[0]?.body as { body: string }).body).toBe(`Steps\n\n${effectMarker()}`);
    server.answerWith(({ query }) => ({
      body:
        query.get('page') === '1' ? full('2026-11-22T10:00:00Z') : [{ ...issues[1], body: effectMarker() }],
    }));
    await expect(createIssue.recover?.(call(newIssue))).resolves.toMatchObject({ found: { number: 42 } });
  });

  it('knows that it is absent when the list ends or is older than the first attempt', async () => {
    server.answerWith(() => ({ body: issues }));
    await expect(createIssue.recover?.(call(newIssue))).resolves.toEqual({ absent: true });
    server.answerWith(() => ({ body: full('2026-11-22T10:00:00Z') }));
    const attemptedAt = new Date('2026-11-22T11:00:00Z');
    await expect(createIssue.recover?.({ ...call(newIssue), attemptedAt })).resolves.toEqual({
      absent: true,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('does not claim to know when there is more than it looks through', async () => {
    server.answerWith(() => ({ body: full('2026-11-22T10:00:00Z') }));
    await expect(createIssue.recover?.(call(newIssue))).resolves.toHaveProperty('unknown');
    expect(server.requests).toHaveLength(10);
  });
});
