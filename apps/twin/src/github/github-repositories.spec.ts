import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '../seed.js';
import { CALLBACK, TwinVisitor } from '../testing/twin-visitor.js';
import type { Twin } from '../twin.js';
import { startTwin } from '../twin.js';
import { unifiedDiff } from './unified-diff.js';

const ENGINE = '/github/api/repos/ada-lovelace/engine';

let twin: Twin;
let app: TwinVisitor;
let token: string;
beforeEach(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'github');
  token = (await app.connect({ scope: 'repo' })).access_token;
});
afterEach(() => twin.close());

const get = (path: string) => app.api(token, path);
const send = (method: string, path: string, json: unknown) => app.api(token, path, { method, json });
const base64 = (text: string) => Buffer.from(text).toString('base64');
const put = (path: string, json: object) =>
  send('PUT', `${ENGINE}/contents/${path}`, { message: 'Change', ...json });

describe('GitHub files', () => {
  it('have the SHA that git gives them, and are listed by directory', async () => {
    const made = await put('docs/hello.txt', { content: base64('hello\n') });
    expect([made.status, made.body.content.sha]).toEqual([201, 'ce013625030ba8dba906f756967f9e9ca394464a']);
    const listed = await get(`${ENGINE}/contents/docs`);
    expect(listed.body.map(({ path, type }: { path: string; type: string }) => [path, type])).toEqual([
      ['docs/hello.txt', 'file'],
      ['docs/notes.md', 'file'],
    ]);
    const file = (await get(`${ENGINE}/contents/docs/hello.txt?ref=main`)).body;
    expect([file.encoding, Buffer.from(file.content, 'base64').toString()]).toEqual(['base64', 'hello\n']);
    expect((await get(`${ENGINE}/contents/docs/none`)).status).toBe(404);
  });

  it('are replaced only by those who know what they replace', async () => {
    const { sha } = (await get(`${ENGINE}/contents/README.md`)).body;
    const blind = await put('README.md', { content: base64('x') });
    expect([blind.status, blind.body.message]).toEqual([422, 'Invalid request.\n\n"sha" wasn\'t supplied.']);
    expect((await put('README.md', { content: base64('x'), sha })).status).toBe(200);
    const late = await put('README.md', { content: base64('y'), sha });
    expect([late.status, late.body.message]).toEqual([409, `README.md does not match ${sha}`]);
    expect((await get(`${ENGINE}/commits?path=README.md&per_page=1`)).body[0].commit.message).toBe('Change');
  });

  it('of workflows need their own scope, and nobody pushes to what is another’s', async () => {
    expect((await put('.github/workflows/x.yml', { content: base64('x') })).status).toBe(404);
    token = (await app.connect({ scope: 'repo workflow' })).access_token;
    expect((await put('.github/workflows/x.yml', { content: base64('x') })).status).toBe(201);
    twin.control.signIn('github', 'alan-turing');
    token = (await app.connect({ scope: 'repo' })).access_token;
    expect((await put('x', { content: base64('x') })).status).toBe(403);
  });
});

describe('GitHub pull requests', () => {
  it('show their diff and are merged while their newest commit is the one that was seen', async () => {
    const pull = (await get(`${ENGINE}/pulls/4`)).body;
    expect(pull).toMatchObject({
      merged: false,
      mergeable: true,
      mergeable_state: 'clean',
      changed_files: 1,
    });
    const [file] = (await get(`${ENGINE}/pulls/4/files`)).body;
    expect(file.patch).toContain('-  return digits;\n+  return digits.toReversed();');
    const merge = (sha: string) => send('PUT', `${ENGINE}/pulls/4/merge`, { sha });
    expect((await merge('0'.repeat(40))).status).toBe(409);
    expect((await merge(pull.head.sha)).body).toMatchObject({ merged: true });
    expect((await merge(pull.head.sha)).status).toBe(405);
    expect((await get(`${ENGINE}/pulls/4`)).body).toMatchObject({ merged: true, state: 'closed' });
    const mill = (await get(`${ENGINE}/contents/src/mill.ts`)).body;
    expect(Buffer.from(mill.content, 'base64').toString()).toContain('toReversed');
  });

  it('with conflicts are not merged', async () => {
    const { sha } = (await get(`${ENGINE}/contents/src/mill.ts`)).body;
    await put('src/mill.ts', { content: base64('other'), sha });
    const pull = (await get(`${ENGINE}/pulls/4`)).body;
    expect(pull).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    const refused = await send('PUT', `${ENGINE}/pulls/4/merge`, { sha: pull.head.sha });
    expect([refused.status, refused.body.message]).toEqual([405, 'Pull Request is not mergeable']);
  });

  it('are reviewed by others, with comments on lines of the diff', async () => {
    const review = (json: object) => send('POST', `${ENGINE}/pulls/4/reviews`, json);
    expect((await review({ event: 'APPROVE' })).body.state).toBe('APPROVED');
    expect((await review({ event: 'COMMENT', body: '' })).status).toBe(422);
    const { sha } = (await get(`${ENGINE}/pulls/4`)).body.head;
    const comment = (json: object) =>
      send('POST', `${ENGINE}/pulls/4/comments`, { body: 'Why?', commit_id: sha, ...json });
    expect((await comment({ path: 'src/mill.ts', line: 2 })).status).toBe(201);
    expect((await comment({ path: 'README.md', line: 1 })).status).toBe(422);
    expect((await comment({ path: 'src/mill.ts', line: 99 })).status).toBe(422);
    twin.control.signIn('github', 'alan-turing');
    token = (await app.connect({ scope: 'repo' })).access_token;
    const own = await review({ event: 'APPROVE' });
    expect([own.status, own.body.errors]).toEqual([422, ['Can not approve your own pull request']]);
  });
});

describe('GitHub releases, runs and notifications', () => {
  it('has one release for a tag, and shows drafts to those who push', async () => {
    const make = (json: object) => send('POST', `${ENGINE}/releases`, json);
    expect((await make({ tag_name: 'v2', draft: true })).body).toMatchObject({
      draft: true,
      published_at: null,
    });
    expect((await get(`${ENGINE}/releases/tags/v2`)).status).toBe(404);
    expect((await get(`${ENGINE}/releases`)).body).toHaveLength(2);
    expect((await make({ tag_name: 'v2' })).status).toBe(201);
    expect((await get(`${ENGINE}/releases/latest`)).body.tag_name).toBe('v2');
    expect((await make({ tag_name: 'v2' })).body.errors[0].code).toBe('already_exists');
    twin.control.signIn('github', 'alan-turing');
    token = (await app.connect({ scope: 'repo' })).access_token;
    expect((await get(`${ENGINE}/releases`)).body).toHaveLength(2);
  });

  it('filters runs', async () => {
    const runs = async (query: string) => (await get(`${ENGINE}/actions/runs?${query}`)).body.total_count;
    expect([await runs(''), await runs('status=failure'), await runs('branch=main')]).toEqual([3, 1, 2]);
    expect((await get(`${ENGINE}/actions/workflows/none.yml/runs`)).status).toBe(404);
  });

  it('marks a notification as read once', async () => {
    const unread = async () => (await get('/github/api/notifications')).body;
    const [first, ...rest] = await unread();
    const mark = () => send('PATCH', `/github/api/notifications/threads/${first.id}`, undefined);
    expect([(await mark()).status, (await mark()).status]).toEqual([205, 304]);
    expect(await unread()).toEqual(rest);
    expect((await get('/github/api/notifications?all=true')).body).toHaveLength(rest.length + 2);
  });
});

describe('a GitHub App', () => {
  it('is refused what its permissions do not hold, with their names', async () => {
    twin.control.updateClient(TWIN_CLIENT_IDS.githubApp, {
      permissions: { issues: 'read', contents: 'write' },
    });
    token = (await new TwinVisitor(twin, 'githubApp').connect({})).access_token;
    expect((await get(`${ENGINE}/issues`)).status).toBe(200);
    const refused = await send('POST', `${ENGINE}/issues`, { title: 'x' });
    expect([refused.status, refused.body.message]).toEqual([403, 'Resource not accessible by integration']);
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('issues=write');
    expect((await get('/github/api/notifications')).status).toBe(403);
  });
});

describe('a unified diff', () => {
  it('has a hunk for each place, with three lines around it', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const changed = lines.with(1, 'two').toSpliced(15, 1);
    const { additions, deletions, patch } = unifiedDiff(`${lines.join('\n')}\n`, `${changed.join('\n')}\n`);
    expect([additions, deletions]).toEqual([1, 2]);
    expect(patch.match(/^@@.*$/gm)).toEqual(['@@ -1,5 +1,5 @@', '@@ -13,7 +13,6 @@']);
    expect(unifiedDiff('', 'a\n').patch).toBe('@@ -0,0 +1,1 @@\n+a');
  });
});
