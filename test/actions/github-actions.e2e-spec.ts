import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { startStack, untilTask, type Client, type Stack } from '../kit/index.js';

const USER = 'github-walk';
const REPO = { owner: 'ada-lovelace', repo: 'engine' };

let stack: Stack;
let agent: Client;
/** The user in person, who alone may do what cannot be undone. */
let user: Client;
const walked = new Set<string>();
beforeAll(async () => {
  stack = await startStack({ targets: ['github', 'github-app'] });
  agent = stack.agent.client;
  user = await stack.connected(USER, { target: 'github', scope: 'repo' });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

const call = (action: string, input: object = {}, userId = USER, as = agent) => {
  walked.add(`github.${action}`);
  return as.post(`/v1/actions/github.${action}`, { userId, input });
};

/** The output of an action that must succeed. */
async function run(action: string, input: object = {}) {
  const { status, body } = await call(action, input);
  expect({ action, status, body }).toMatchObject({ status: 200 });
  return body.output;
}

const inRepo = (action: string, input: object = {}) => run(action, { ...REPO, ...input });

describe('the GitHub actions', () => {
  it('list and read repositories, branches and commits, page by page', async () => {
    const { repositories, nextPage } = await run('repositories.list', { limit: 1 });
    expect([repositories.length, nextPage]).toEqual([1, 2]);
    const second = await run('repositories.list', { limit: 1, page: nextPage });
    expect(second.nextPage).toBeUndefined();
    const names = [...repositories, ...second.repositories].map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(['engine', 'notebook']);
    expect((await run('repositories.list', { visibility: 'private' })).repositories).toHaveLength(1);
    expect(await inRepo('repositories.get')).toMatchObject({
      fullName: 'ada-lovelace/engine',
      mayPush: true,
    });
    const { branches } = await inRepo('branches.list');
    expect(branches.map(({ name }: { name: string }) => name)).toEqual(['faster-carry', 'main']);
    const { commits } = await inRepo('commits.list', { ref: 'main', path: 'src' });
    expect(commits).toEqual([expect.objectContaining({ message: 'Add the mill', author: 'ada-lovelace' })]);
    const { files } = await inRepo('commits.get', { ref: 'faster-carry' });
    expect(files).toMatchObject([{ path: 'src/mill.ts', patch: expect.stringContaining('+') }]);
  });

  it('open, read, change, label, comment on and find issues', async () => {
    const { number, body } = await inRepo('issues.create', { title: 'Punch cards jam', body: 'Often.' });
    expect(body).toBe('Often.');
    expect(await inRepo('labels.add', { number, labels: ['bug', 'area/cards'] })).toEqual({
      labels: ['bug', 'area/cards'],
    });
    expect((await inRepo('labels.list')).labels).toContain('area/cards');
    expect(await inRepo('labels.remove', { number, label: 'area/cards' })).toEqual({ labels: ['bug'] });
    expect((await inRepo('labels.list', { number })).labels).toEqual(['bug']);
    expect((await inRepo('issues.comment', { number, body: 'Oil helps.' })).body).toBe('Oil helps.');
    expect((await inRepo('comments.list', { number })).comments).toMatchObject([
      { body: 'Oil helps.', author: 'ada-lovelace' },
    ]);
    const closed = { state: 'closed', stateReason: 'not_planned' };
    expect(await inRepo('issues.update', { number, ...closed })).toMatchObject(closed);
    expect(await inRepo('issues.get', { number })).toMatchObject({ ...closed, labels: ['bug'], comments: 1 });
    const listed = await inRepo('issues.list', { state: 'all' });
    expect(listed.issues.every(({ isPullRequest }: { isPullRequest: boolean }) => !isPullRequest)).toBe(true);
    const found = await run('issues.search', { query: 'repo:ada-lovelace/engine author:@me jam' });
    expect(found).toMatchObject({ total: 1, issues: [{ number, repository: 'ada-lovelace/engine' }] });
    const pulls = await run('issues.search', { query: 'repo:ada-lovelace/engine', kind: 'pull-request' });
    expect(pulls.issues).toMatchObject([{ number: 4, isPullRequest: true }]);
  });

  it('read and write files, and refuse to write over what has changed', async () => {
    expect((await inRepo('contents.get')).entries).toContainEqual(
      expect.objectContaining({ path: 'docs', type: 'dir' }),
    );
    const { file } = await inRepo('contents.get', { path: 'README.md', ref: 'main' });
    expect(file.text).toBe('# engine\n');
    const change = { path: 'README.md', message: 'Greet', text: '# Grüße\n', sha: file.sha };
    const written = await inRepo('contents.put', change);
    const again = await call('contents.put', { ...REPO, ...change });
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict', reason: 'sha_mismatch' } });
    const blind = await call('contents.put', { ...REPO, ...change, sha: undefined });
    expect(blind).toMatchObject({ status: 409, body: { code: 'conflict', reason: 'sha_missing' } });
    expect((await inRepo('contents.get', { path: 'README.md' })).file).toMatchObject({
      text: '# Grüße\n',
      sha: written.sha,
    });
    const bytes = Buffer.from([0, 255, 1]).toString('base64');
    await inRepo('contents.put', {
      path: 'a b/c.bin',
      message: 'Bytes',
      base64: bytes,
      branch: 'faster-carry',
    });
    expect((await inRepo('contents.get', { path: 'a b/c.bin', ref: 'faster-carry' })).file.base64).toBe(
      bytes,
    );
  });

  it('review and merge a pull request, if it is still the one that was seen', async () => {
    expect((await inRepo('pulls.list', { base: 'main' })).pulls).toMatchObject([{ number: 4 }]);
    const pull = await inRepo('pulls.get', { number: 4 });
    expect(pull).toMatchObject({ mergeable: true, merged: false, author: 'alan-turing' });
    const { files } = await inRepo('pulls.diff', { number: 4 });
    expect(files.map(({ path }: { path: string }) => path)).toEqual(['a b/c.bin', 'src/mill.ts']);
    const place = { path: 'src/mill.ts', line: 2, commitSha: pull.headSha };
    expect(await inRepo('pulls.comment', { number: 4, body: 'Neat.', ...place })).toMatchObject({ line: 2 });
    expect(await inRepo('pulls.review', { number: 4, event: 'APPROVE' })).toMatchObject({
      state: 'APPROVED',
    });
    const merge = (headSha: string, as = user) =>
      call('pulls.merge', { ...REPO, number: 4, headSha, method: 'squash' }, USER, as);
    expect(await merge(pull.headSha, agent)).toMatchObject({
      status: 202,
      body: { status: 'waiting_for_approval' },
    });
    expect(await merge('0'.repeat(40))).toMatchObject({ status: 409, body: { reason: 'head_moved' } });
    expect((await merge(pull.headSha)).body.output).toMatchObject({ merged: true });
    expect(await merge(pull.headSha)).toMatchObject({ status: 409, body: { reason: 'not_mergeable' } });
  });

  it('make and read releases, and look at workflow runs', async () => {
    const made = await inRepo('releases.create', {
      tag: 'v1.1.0',
      name: '1.1',
      body: 'Cards.',
      target: 'main',
    });
    expect(made).toMatchObject({ tag: 'v1.1.0', body: 'Cards.', draft: false });
    expect((await inRepo('releases.list')).releases.map(({ tag }: { tag: string }) => tag)).toEqual([
      'v1.1.0',
      'v1.0.0',
    ]);
    for (const which of [{}, { tag: 'v1.1.0' }, { id: made.id }])
      expect(await inRepo('releases.get', which)).toEqual(made);
    const twice = await call('releases.create', { ...REPO, tag: 'v1.1.0' });
    expect(twice).toMatchObject({ status: 409, body: { reason: 'already_exists' } });
    const { runs, total } = await inRepo('workflow-runs.list', { workflow: 'ci.yml', status: 'failure' });
    expect([total, runs[0].conclusion]).toEqual([1, 'failure']);
    expect(await inRepo('workflow-runs.get', { id: runs[0].id })).toEqual(runs[0]);
  });

  it('list notifications and mark them as read, under the scope repo too', async () => {
    const { notifications } = await run('notifications.list');
    const [{ threadId }, ...rest] = notifications;
    const read = { threadId, read: true };
    expect(await run('notifications.mark-read', { threadId })).toEqual(read);
    expect(await run('notifications.mark-read', { threadId })).toEqual(read);
    expect((await run('notifications.list')).notifications).toEqual(rest);
  });

  it('open a pull request once, and read by the old name of a repository', async () => {
    const open = async (head: string) =>
      (await call('pulls.create', { ...REPO, title: 'x', head, base: 'main' })).body.reason;
    const match = { path: '/api/repos', method: 'POST' };
    stack.twin.control.addFault({ provider: 'github', fault: 'answer_lost', match, times: 1 });
    const { body } = await agent.post('/v1/tasks', {
      userId: USER,
      action: 'github.pulls.create',
      input: { ...REPO, title: 'Once more', head: 'faster-carry', base: 'main' },
    });
    expect(await untilTask(agent, body.id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(await open('faster-carry')).toBe('already_exists');
    expect(await open('main')).toBe('no_commits_between');
    expect(await open('none')).toBe('invalid.head');
    const old = { ...REPO, repo: 'old-engine' };
    expect(await run('repositories.get', old)).toMatchObject({ fullName: 'ada-lovelace/engine' });
    expect((await run('pulls.list', old)).pulls).toMatchObject([{ title: 'Once more' }]);
    expect(await call('issues.create', { ...old, title: 'x' })).toMatchObject({ body: { reason: 'moved' } });
  });

  it('have all been walked, each as one that the catalogue lists', async () => {
    const { body } = await user.get(`/v1/actions?userId=${USER}`);
    const listed = body.data.filter(({ id }: { id: string }) => id.startsWith('github.'));
    expect(listed.map(({ id }: { id: string }) => id).sort()).toEqual([...walked].sort());
    expect(listed.every(({ readiness }: { readiness: string }) => readiness === 'callable')).toBe(true);
  });
});

describe('a GitHub write whose answer is lost', () => {
  const inNotebook = { owner: 'ada-lovelace', repo: 'notebook' };
  const lost: [action: string, method: string, path: string, input: object][] = [
    ['issues.comment', 'POST', '/issues/1/comments', { number: 1, body: 'Once.' }],
    ['labels.add', 'POST', '/issues/2/labels', { number: 2, labels: ['once'] }],
    ['issues.update', 'PATCH', '/issues/3', { number: 3, title: 'Once' }],
    ['contents.put', 'PUT', '/contents/once.md', { path: 'once.md', message: 'Once', text: 'Once.\n' }],
    ['releases.create', 'POST', '/releases', { tag: 'once', body: 'Once.' }],
  ];

  it('is found again and not sent twice', async () => {
    const { control } = stack.twin;
    const sent = (method: string, path: string) =>
      control
        .calls({ provider: 'github' })
        .filter((one) => one.method === method && one.path.endsWith(`/notebook${path}`));
    for (const [, method, path] of lost)
      control.addFault({
        provider: 'github',
        fault: 'answer_lost',
        times: 1,
        match: { path: `*/notebook${path}`, method },
      });
    const tasks = await Promise.all(
      lost.map(([action, , , input]) =>
        agent.post('/v1/tasks', {
          userId: USER,
          action: `github.${action}`,
          input: { ...inNotebook, ...input },
        }),
      ),
    );
    for (const [index, { body }] of tasks.entries()) {
      const [action, method = '', path = ''] = lost[index] ?? [];
      const { status, error } = await untilTask(agent, body.id);
      expect({ action, status, error }).toMatchObject({ status: 'succeeded' });
      expect(sent(method, path).map((one) => one.status)).toEqual([0]);
    }
  });
});

describe('what GitHub refuses', () => {
  it('names the permission that a GitHub App lacks', async () => {
    await stack.connected('github-app-user', { target: 'github-app', scope: 'repo' });
    stack.twin.control.updateClient(TWIN_CLIENT_IDS.githubApp, { permissions: { issues: 'read' } });
    const request = { ...REPO, number: 1 };
    expect((await call('issues.get', request, 'github-app-user')).status).toBe(200);
    const refused = await call('issues.comment', { ...request, body: 'x' }, 'github-app-user');
    expect(refused).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope', missingScopes: ['issues=write'] },
    });
  });

  it('is a limit with its wait, primary or secondary', async () => {
    const limit = (reason: string | undefined, retryAfterS: number) =>
      stack.twin.control.addFault({
        provider: 'github',
        fault: 'rate_limited',
        status: 403,
        times: 1,
        retryAfterS,
        match: { path: '/api/repos' },
        ...(reason ? { reason } : {}),
      });
    limit('secondary', 1);
    const secondary = await call('repositories.get', REPO);
    expect(secondary).toMatchObject({ status: 429, body: { reason: 'secondary', retryAfterMs: 1000 } });
    limit(undefined, 60);
    const primary = await call('repositories.get', REPO);
    expect(primary).toMatchObject({ status: 429, body: { code: 'rate_limited', reason: 'primary' } });
  });
});
