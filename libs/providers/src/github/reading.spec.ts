import { callTo, failureOf, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import { createIssue } from './actions/create-issue.js';
import { createPull } from './actions/create-pull.js';
import { getContents } from './actions/get-contents.js';
import { getRepository } from './actions/get-repository.js';
import { listBranches } from './actions/list-branches.js';
import { listIssues } from './actions/list-issues.js';
import { classifyFailure } from './errors.js';
import { githubProvider as provider } from './index.js';
import { marker } from './marker.js';

const place = { owner: 'octocat', repo: 'hello-world' };
let server: AnsweringServer;
let elsewhere: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
  elsewhere = await startAnsweringServer();
});
afterAll(async () => {
  await server.close();
  await elsewhere.close();
});
const call = <T>(input: T) => ({ ...callTo(server.origin, provider), input });

describe('the next page', () => {
  const list = (over: object = {}) => listIssues.run(call(listIssues.input.parse({ ...place, ...over })));
  const linking = (query: string) =>
    server.answerWith(() => ({
      body: [],
      headers: { link: `<https://api.github.com/repositories/1/issues?${query}>; rel="next"` },
    }));

  it.each([
    ['after=Y3Vyc29yOnYyOpK5&per_page=30', { after: 'Y3Vyc29yOnYyOpK5' }],
    ['after=a%3D%3D&state=open&page=2', { after: 'a==', page: '2' }],
    ['before=b%2Bc', { before: 'b+c' }],
    ['cursor=c&foo=bar', { cursor: 'c', foo: 'bar' }],
    ['since=135', { since: '135' }],
    ['page=3&per_page=30', { page: '3' }],
  ])('is asked for with all that its link says: %s', async (query, asked) => {
    linking(query);
    const { nextPage: page } = await list();
    linking('page=9');
    await list({ page });
    const sent = Object.fromEntries(server.requests[0]?.query ?? []);
    expect(sent).toMatchObject({ ...asked, state: 'open', per_page: '30' });
    if (!('page' in asked)) expect(sent).not.toHaveProperty('page');
  });

  it('does not let a cursor widen what is asked for', async () => {
    linking('after=x');
    await list({ page: 'after=x&state=all&per_page=100' });
    expect(Object.fromEntries(server.requests[0]?.query ?? [])).toMatchObject({
      state: 'open',
      per_page: '30',
    });
  });
});

describe('a repository that was renamed', () => {
  const read = () => getRepository.run(call(getRepository.input.parse(place)));
  const list = () => listBranches.run(call(listBranches.input.parse(place)));
  const repository = { full_name: 'octocat/new', name: 'new', owner: { login: 'octocat' }, private: false };

  it.each([301, 302, 307, 308])('is read where it is now, after a %i', async (status) => {
    server.answerWith(({ path }) =>
      path.startsWith('/repos/')
        ? { status, headers: { location: `${server.origin}/repositories/1/branches` } }
        : { body: [] },
    );
    await expect(list()).resolves.toMatchObject({ branches: [] });
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/repos/octocat/hello-world/branches',
      '/repositories/1/branches',
    ]);
    expect(server.requests[1]?.query.get('per_page')).toBe('30');
    expect(repository.name).toBe('new');
  });

  it.each([
    ['another origin', () => `${elsewhere.origin}/repositories/1`],
    ['another scheme', () => 'ftp://127.0.0.1/repositories/1'],
    ['another host by two slashes', () => `//127.0.0.1:${new URL(elsewhere.origin).port}/repositories/1`],
    ['a user in the address', () => server.origin.replace('//', '//a:b@') + '/repositories/1'],
    ['no address', () => ''],
    ['itself, again and again', () => `${server.origin}/repos/octocat/hello-world`],
  ])('is called moved, and no token follows: %s', async (_name, location) => {
    elsewhere.answerWith(() => ({ body: {} }));
    server.answerWith(() => ({ status: 301, headers: { location: location() } }));
    expect(await failureOf(read())).toMatchObject({ code: 'not_found', reason: 'moved' });
    expect(elsewhere.requests).toEqual([]);
    expect(server.requests.length).toBeLessThanOrEqual(4);
  });

  it('is called moved by a write, which is not repeated under another name', async () => {
    server.answerWith(() => ({
      status: 307,
      headers: { location: `${server.origin}/repositories/1/issues` },
    }));
    const error = await failureOf(createIssue.run(call(createIssue.input.parse({ ...place, title: 'x' }))));
    expect(error).toMatchObject({ code: 'not_found', reason: 'moved', mayHaveHappened: false });
    expect(server.requests).toHaveLength(1);
  });
});

describe('what is no file', () => {
  const read = (body: unknown) => {
    server.answerWith(() => ({ body }));
    return getContents.run(call(getContents.input.parse({ ...place, path: 'x' })));
  };
  const common = { path: 'x', sha: 'a'.repeat(40), size: 4 };
  const trees = 'https://api.github.com/repos/o/r/git/trees/1';

  it.each([
    [
      { type: 'symlink', target: '../y' },
      { type: 'symlink', target: '../y' },
    ],
    [
      { type: 'submodule', submodule_git_url: 'git://x.example/y' },
      { type: 'submodule', submoduleUrl: 'git://x.example/y' },
    ],
    [{ type: 'file', submodule_git_url: 'git://x.example/y' }, { type: 'submodule' }],
    [
      { type: 'file', git_url: trees, target: null },
      { type: 'submodule', target: undefined },
    ],
    [
      { type: 'file', encoding: 'base64', content: 'SGk=' },
      { type: 'file', text: 'Hi' },
    ],
  ])('is told what it leads to: %j', async (answer, file) => {
    expect((await read({ ...common, ...answer })).file).toMatchObject(file);
    const { type } = file;
    expect((await read([{ ...common, ...answer }])).entries).toMatchObject([{ type }]);
  });
});

it.each([
  [410, { message: 'Issues has been disabled in this repository.' }, 'not_found', 'disabled'],
  [410, { message: 'This issue was deleted' }, 'not_found', 'deleted'],
  [410, { message: 'Gone' }, 'not_found', 'gone'],
  [
    422,
    { message: 'Validation Failed', errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }] },
    'invalid_request',
    'invalid.head',
  ],
  [
    422,
    { message: 'Validation Failed', errors: [{ code: 'custom', message: 'No commits between main and x' }] },
    'invalid_request',
    'no_commits_between',
  ],
  [
    422,
    {
      message: 'Validation Failed',
      errors: [{ code: 'custom', message: 'A pull request already exists for o:x.' }],
    },
    'conflict',
    'already_exists',
  ],
  [422, { message: 'Reference does not exist' }, 'invalid_request', 'reference_does_not_exist'],
  [
    422,
    { message: 'Validation Failed', errors: ['Could not add label'] },
    'invalid_request',
    'validation_failed',
  ],
  [422, {}, 'invalid_request', 'validation_failed'],
])('%i %j has a reason', (status, body, code, reason) => {
  expect(classifyFailure({ status, headers: {}, body, now: 0 })).toMatchObject({ code, reason });
});

describe('a new pull request', () => {
  const input = createPull.input.parse({
    ...place,
    title: 'Faster',
    head: 'me:faster',
    base: 'main',
    body: 'So.',
  });
  const pull = (body: string) => ({
    number: 7,
    title: 'Faster',
    state: 'open',
    user: { login: 'me' },
    body,
    head: { ref: 'faster', sha: 'a'.repeat(40) },
    base: { ref: 'main' },
    created_at: '2026-11-22T10:00:00Z',
  });

  it('is marked invisibly, and found by its mark', async () => {
    const mark = marker(call(input).effectId);
    server.answerWith(() => ({ body: pull(`So.\n\n${mark}`) }));
    expect(await createPull.run(call(input))).toMatchObject({ number: 7, body: 'So.', head: 'faster' });
    expect(server.requests[0]?.body).toEqual({
      title: 'Faster',
      head: 'me:faster',
      base: 'main',
      draft: false,
      maintainer_can_modify: true,
      body: `So.\n\n${mark}`,
    });
    server.answerWith(() => ({ body: [pull('other'), pull(`So.\n\n${mark}`)] }));
    expect(await createPull.recover?.(call(input))).toMatchObject({ found: { number: 7, body: 'So.' } });
    expect(server.requests[0]?.query.get('state')).toBe('all');
    server.answerWith(() => ({ body: [pull('other')] }));
    expect(await createPull.recover?.(call(input))).toEqual({ absent: true });
  });

  it.each(['a branch', 'a:b:c', '', ':x'])('is not opened from %j', (head) => {
    expect(createPull.input.safeParse({ ...place, title: 'x', head, base: 'main' }).success).toBe(false);
  });
});
