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
import { marker } from './marker.js';

const issues = fixture(provider.id, 'issues') as object[];

const now = 1_800_000_000_000;
const sso =
  'https://github.com/orgs/octo-org/sso?authorization_request=AZSCKtL4U8yX1H3sCQIVnVgmjmon5fWxks5YrqhJgah0b2tlbl9pZM4EuMz4';

const sample = (name: string) => fixture(provider.id, name);

/** Which answer a path gets; the first that fits. Lists are told by their path, since few of them are not lists. */
const answers: readonly (readonly [request: RegExp, answer: () => unknown])[] = [
  [/^POST .*\/issues$|^(GET|PATCH) .*\/issues\/\d+$/, () => issues[1]],
  [/^GET .*\/search\/issues$/, () => sample('search')],
  [/^GET .*\/issues$/, () => issues],
  [/\/labels/, () => sample('labels')],
  [/^POST .*\/issues\/\d+\/comments$/, () => sample('comment')],
  [/^GET .*\/issues\/\d+\/comments$/, () => [sample('comment')]],
  [/^POST .*\/pulls\/\d+\/comments$/, () => sample('review-comment')],
  [/^GET .*\/pulls\/\d+\/comments$/, () => [sample('review-comment')]],
  [/^POST .*\/reviews$/, () => sample('review')],
  [/^GET .*\/reviews$/, () => [sample('review')]],
  [/\/pulls\/\d+\/files$/, () => [sample('changed-file')]],
  [/\/merge$/, () => ({ sha: '6dcb09b5b57875f334f61aebed695e2e4193db5e', merged: true, message: 'merged' })],
  [/\/pulls\/\d+$/, () => sample('pull')],
  [/^POST .*\/pulls$/, () => sample('pull')],
  [/\/pulls$/, () => [sample('pull')]],
  [/^PUT .*\/contents\//, () => sample('file-put')],
  [/\/contents/, () => sample('file')],
  [/\/branches$/, () => [sample('branch')]],
  [/\/commits$/, () => [sample('commit')]],
  [/\/commits\//, () => sample('commit')],
  [/^GET .*\/releases$/, () => [sample('release')]],
  [/\/releases/, () => sample('release')],
  [/\/runs$/, () => ({ total_count: 1, workflow_runs: [sample('workflow-run')] })],
  [/\/runs\/\d+$/, () => sample('workflow-run')],
  [/^PATCH .*\/threads\//, () => undefined],
  [/\/threads\//, () => sample('notification')],
  [/\/notifications$/, () => [sample('notification')]],
  [/\/user\/repos$/, () => [sample('repository')]],
  [/\/repos\/[^/]+\/[^/]+$/, () => sample('repository')],
];

const answer = ({ method, path }: { method: string; path: string }): unknown =>
  answers.find(([request]) => request.test(`${method} ${path}`))?.[1]();

describeProviderConformance(provider, {
  judge: githubJudge,
  answer,
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
    {
      name: 'a permission that a GitHub App lacks, by its name',
      answer: {
        status: 403,
        headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
        body: { message: 'Resource not accessible by integration' },
      },
      means: 'insufficient_scope',
      missingScopes: ['issues=write'],
    },
    {
      name: 'a workflow file that the token may not bring in',
      answer: {
        status: 403,
        body: {
          message:
            'refusing to allow an OAuth App to create or update workflow `.github/workflows/ci.yml` without `workflow` scope',
        },
      },
      means: 'insufficient_scope',
      missingScopes: ['workflow'],
    },
    {
      name: 'a file that has changed meanwhile',
      answer: {
        status: 409,
        body: { message: 'README.md does not match 3d21ec53a331a6f037a91c368710b99387d012c1' },
      },
      means: 'conflict',
    },
    {
      name: 'a file that is there although none was expected',
      answer: { status: 422, body: { message: 'Invalid request.\n\n"sha" wasn\'t supplied.' } },
      means: 'conflict',
    },
    {
      name: 'a tag that has its release',
      answer: {
        status: 422,
        body: {
          message: 'Validation Failed',
          errors: [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }],
        },
      },
      means: 'conflict',
    },
    {
      name: 'a pull request that cannot be merged',
      answer: { status: 405, body: { message: 'Pull Request is not mergeable' } },
      means: 'conflict',
    },
    {
      name: 'an approval of one’s own',
      answer: {
        status: 422,
        body: { message: 'Unprocessable Entity', errors: ['Can not approve your own pull request'] },
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
    const link = '<https://api.github.com/repositories/1/issues?page=2>; rel="next"';
    server.answerWith(() => ({ body: issues, headers: { link } }));
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
