import { randomBytes } from 'node:crypto';
import { startStack, untilTask, type Answer, type Client, type Stack } from '../kit/index.js';

const SCOPES = [
  'account_info.read',
  'files.metadata.read',
  'files.content.read',
  'files.content.write',
  'sharing.read',
  'sharing.write',
].join(' ');
const USER = 'drops';
const MIB = 1024 * 1024;

let stack: Stack;
let user: Client;
beforeAll(async () => {
  stack = await startStack({ targets: ['dropbox'] });
  user = await stack.connected(USER, { target: 'dropbox', scope: SCOPES });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

const run = (action: string, input: object, client = stack.agent.client): Promise<Answer> =>
  client.post(`/v1/actions/dropbox.${action}`, { userId: USER, input });

async function output(action: string, input: object) {
  const { status, body, text } = await run(action, input);
  if (status !== 200) throw new Error(`${action}: ${status} ${text.slice(0, 500)}`);
  return body.output;
}

const upload = (path: string, content: Buffer) =>
  output('files.upload', { path, base64: content.toString('base64') });

describe('Dropbox over the API', () => {
  it('knows the account', async () => {
    expect(await output('account.get', {})).toMatchObject({ email: 'ada@example.com', hasTeamSpace: false });
  });

  it('makes folders and files, reads, finds, moves, copies and deletes them', async () => {
    expect(await output('folders.create', { path: '/Überblick' })).toMatchObject({ kind: 'folder' });
    const path = '/Überblick/2026 😀.txt';
    const made = await output('files.upload', { path, text: 'Grüße\n' });
    expect(made).toMatchObject({ kind: 'file', path, size: 8, contentHash: expect.any(String) });
    expect(await output('files.get', { path: made.id })).toEqual(made);
    expect(await output('files.download', { path })).toMatchObject({ encoding: 'text', content: 'Grüße\n' });
    const part = await output('files.download', { path, offset: 2, maxBytes: 4, encoding: 'base64' });
    expect(part).toMatchObject({ content: Buffer.from('üß').toString('base64'), size: 8, nextOffset: 6 });
    expect((await output('files.search', { query: '2026', path: '/Überblick' })).entries).toEqual([made]);
    const moved = await output('files.move', { from: path, to: '/Überblick/moved.txt' });
    expect(moved).toMatchObject({ id: made.id, path: '/Überblick/moved.txt' });
    const copied = await output('files.copy', { from: moved.path, to: '/Archiv/copy.txt' });
    expect(copied.contentHash).toBe(made.contentHash);
    expect(await run('files.delete', { path: '/Überblick' })).toMatchObject({
      status: 202,
      body: { status: 'waiting_for_approval' },
    });
    expect((await run('files.delete', { path: '/Überblick' }, user)).body.output).toEqual({
      path: '/Überblick',
      name: 'Überblick',
    });
    expect((await output('files.list', {})).entries).not.toContainEqual(
      expect.objectContaining({ path: '/Überblick' }),
    );
    expect((await output('files.list', { path: '/Archiv' })).entries).toEqual([copied]);
  });

  it('replaces a file only when told, and only the revision that was meant', async () => {
    const path = '/versions.txt';
    const first = await output('files.upload', { path, text: 'one' });
    expect(await run('files.upload', { path, text: 'two' })).toMatchObject({
      status: 409,
      body: { code: 'conflict', reason: 'path/conflict/file' },
    });
    const second = await output('files.upload', { path, text: 'two', rev: first.rev });
    expect((await run('files.upload', { path, text: 'three', rev: first.rev })).status).toBe(409);
    expect(second.id).toBe(first.id);
    expect((await output('files.upload', { path, text: 'four', overwrite: true })).id).toBe(first.id);
  });

  it('says what is wrong with a path', async () => {
    expect(await run('files.get', { path: '/nowhere' })).toMatchObject({
      status: 404,
      body: { code: 'not_found', reason: 'path/not_found' },
    });
    expect((await run('files.move', { from: '/nowhere', to: '/x' })).body.reason).toBe(
      'from_lookup/not_found',
    );
    expect((await run('files.download', { path: '/Projects' })).body.reason).toBe('path/not_file');
    expect((await run('files.delete', { path: '/' }, user)).status).toBe(400);
  });

  it('makes one link to a file, gives it again, and ends it', async () => {
    const path = '/Projects/Plan.md';
    const link = await output('links.create', { path });
    expect(link).toMatchObject({ name: 'Plan.md', audience: 'public', existed: false });
    expect(await output('links.create', { path })).toEqual({ ...link, existed: true });
    expect(await output('links.create', { path, audience: 'team' })).toEqual({ ...link, existed: true });
    expect(await output('links.revoke', { url: link.url })).toEqual({ url: link.url });
    expect(await run('links.revoke', { url: link.url })).toMatchObject({ status: 404 });
  });
});

describe('Dropbox uploads of more than 8 MB', () => {
  const route = '/content/2/files/upload_session';
  const content = randomBytes(9 * MIB);

  it('arrive whole though an answer is lost, the session is forgotten and another write is under way', async () => {
    const { control } = stack.twin;
    const append = { provider: 'dropbox', match: { path: `${route}/append_v2` }, times: 1 } as const;
    control.addFault({ ...append, fault: 'answer_lost' });
    control.addFault({
      provider: 'dropbox',
      fault: 'rate_limited',
      match: { path: `${route}/finish` },
      reason: 'too_many_write_operations',
      retryAfterS: 1,
      times: 1,
    });
    const file = await upload('/big.bin', content);
    control.addFault({ ...append, fault: 'session_gone' });
    expect((await upload('/again.bin', content)).contentHash).toBe(file.contentHash);
    const pieces: Buffer[] = [];
    for (let offset: number | undefined = 0; offset !== undefined;) {
      const piece = await output('files.download', {
        path: '/big.bin',
        offset,
        maxBytes: 8 * MIB,
        encoding: 'base64',
      });
      pieces.push(Buffer.from(piece.content, 'base64'));
      offset = piece.nextOffset;
    }
    expect(Buffer.concat(pieces).equals(content)).toBe(true);
  });

  it('are found again by their hash when a task does not know how it ended', async () => {
    const match = { path: '/content/2/files/upload' };
    stack.twin.control.addFault({ provider: 'dropbox', fault: 'answer_lost', match, times: 1 });
    const task = { userId: USER, action: 'dropbox.files.upload', input: { path: '/once.txt', text: 'once' } };
    const queued = await stack.agent.client.post('/v1/tasks', task);
    const done = await untilTask(stack.agent.client, queued.body.id);
    expect(done).toMatchObject({ status: 'succeeded', output: { path: '/once.txt' } });
    const calls = stack.twin.control.calls({ path: match.path });
    expect(
      calls.filter(({ path }) => path.endsWith('/files/upload')).filter(({ status }) => status === 0),
    ).toHaveLength(1);
  });
});
