import { randomBytes } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { Fault } from '@valetkey/twin';
import { startStack, until, untilTask, type Answer, type Stack } from '../kit/index.js';

const SCOPES = ['drive.metadata.readonly', 'drive.metadata', 'drive.readonly', 'drive.file']
  .map((name) => `https://www.googleapis.com/auth/${name}`)
  .join(' ');
const USER = 'drives';
const MIB = 1024 * 1024;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  await stack.connected(USER, { target: 'google', scope: SCOPES });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

const run = (action: string, input: object, userId = USER): Promise<Answer> =>
  stack.agent.client.post(`/v1/actions/google-drive.${action}`, { userId, input });

async function output(action: string, input: object) {
  const { status, body, text } = await run(action, input);
  if (status !== 200) throw new Error(`${action}: ${status} ${text.slice(0, 500)}`);
  return body.output;
}

const seeded = async (name: string): Promise<string> =>
  (await output('files.search', { query: `name = '${name}'` })).files[0].id;

/** Reads a file to its end, piece by piece. */
async function wholeFile(fileId: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const piece = await output('files.download', { fileId, offset, maxBytes: 8 * MIB, encoding: 'base64' });
    pieces.push(Buffer.from(piece.content, 'base64'));
    offset = piece.nextOffset;
  }
  return Buffer.concat(pieces);
}

const uploads = () => stack.twin.control.calls({ path: '/upload/drive/v3/files' });
const upload = (name: string, content: Buffer) =>
  output('files.upload', { name, base64: content.toString('base64') });

describe('Google Drive as it is', () => {
  it('keeps an upload that had all when it still said 308', async () => {
    stack.twin.control.addFault({ provider: 'google', fault: 'late_file', times: 1 });
    const content = randomBytes(5 * MIB + 7);
    const { id } = await upload('late.bin', content);
    expect((await wholeFile(id)).equals(content)).toBe(true);
  });

  it('reads a shortcut as what it stands for, and tells when that is gone', async () => {
    const target = await output('files.upload', { name: 'target.txt', text: 'Hello' });
    const shortcut = await stack.agent.client.post(
      '/v1/proxy/google-drive/files?fields=id',
      {
        name: 'shortcut',
        mimeType: 'application/vnd.google-apps.shortcut',
        shortcutDetails: { targetId: target.id },
      },
      { 'valetkey-user': USER },
    );
    const fileId = shortcut.body.id;
    expect(await output('files.download', { fileId })).toMatchObject({
      name: 'target.txt',
      content: 'Hello',
    });
    expect(await output('files.get', { fileId })).toMatchObject({ shortcutDetails: { targetId: target.id } });
    const found = await output('files.search', { nameContains: 'shortcut' });
    expect(found).toMatchObject({ incompleteSearch: false, files: [{ isFolder: false }] });
  });
});

describe('Google Drive over the API', () => {
  it('makes a folder and a file, reads, copies, renames, moves, bins and restores it', async () => {
    const folder = await output('folders.create', { name: 'Reports' });
    const made = await output('files.upload', {
      name: 'März.txt',
      folderId: folder.id,
      text: 'Grüße\n',
    });
    expect(made).toMatchObject({ name: 'März.txt', mimeType: 'text/plain', size: '8', parents: [folder.id] });
    const { id: fileId } = made;
    expect(await output('files.get', { fileId })).toMatchObject({ id: fileId, trashed: false });
    expect(await output('files.download', { fileId })).toMatchObject({
      encoding: 'text',
      content: 'Grüße\n',
    });
    const copy = await output('files.copy', { fileId, name: 'copy.txt', folderId: 'root' });
    expect([copy.name, copy.parents]).toEqual(['copy.txt', ['root']]);
    expect(copy.id).not.toBe(fileId);
    expect((await output('files.rename', { fileId, name: 'April.txt' })).name).toBe('April.txt');
    expect((await output('files.move', { fileId, folderId: 'root' })).parents).toEqual(['root']);
    expect((await output('files.trash', { fileId })).trashed).toBe(true);
    expect((await output('files.restore', { fileId })).trashed).toBe(false);
    const found = await output('files.search', { nameContains: 'April' });
    expect(found.files.map(({ id }: { id: string }) => id)).toEqual([fileId]);
  });

  it('shares a file, says with whom, and stops', async () => {
    const { id: fileId } = await output('files.upload', { name: 'plan.md', text: '# Plan' });
    const bob = { fileId, type: 'user', emailAddress: 'bob@example.com' };
    const reader = await output('files.share', { ...bob, role: 'reader' });
    const writer = await output('files.share', { ...bob, role: 'writer' });
    expect(writer).toEqual({ ...reader, role: 'writer' });
    await output('files.share', { fileId, type: 'anyone' });
    const roles = async () =>
      (await output('permissions.list', { fileId })).permissions.map(
        ({ type, role }: Record<string, string>) => `${type} ${role}`,
      );
    expect(await roles()).toEqual(['user owner', 'user writer', 'anyone reader']);
    expect(await output('files.unshare', { fileId, permissionId: writer.id })).toEqual({
      fileId,
      permissionId: writer.id,
    });
    expect(await roles()).toEqual(['user owner', 'anyone reader']);
    expect(await run('files.unshare', { fileId, permissionId: writer.id })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it('exports Google documents, which cannot be downloaded', async () => {
    const fileId = await seeded('Project plan');
    expect(await output('files.export', { fileId, mimeType: 'text/plain' })).toMatchObject({
      encoding: 'text',
      content: 'The plan: first the mill, then the store.',
    });
    expect(await run('files.download', { fileId })).toMatchObject({
      status: 422,
      body: { reason: 'no_content_use_export' },
    });
  });

  it('says that a file may only not be open to the app', async () => {
    const fileId = await seeded('Budget 1843.csv');
    await stack.connected('drives-little', {
      target: 'google',
      scope: 'https://www.googleapis.com/auth/drive.file',
      answer: { account: 'alan@example.com' },
    });
    expect(await run('files.copy', { fileId }, 'drives-little')).toMatchObject({
      status: 404,
      body: { code: 'not_found', reason: 'not_open_to_this_app' },
    });
    expect(await run('files.download', { fileId }, 'drives-little')).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope', missingScopes: [SCOPES.split(' ')[2]] },
    });
  });

  it.each([
    ['userRateLimitExceeded', 429, 'rate_limited', undefined],
    ['storageQuotaExceeded', 422, 'invalid_request', undefined],
    ['dailyLimitExceeded', 429, 'rate_limited', 3_600_000],
  ])('tells 403 %s apart', async (reason, status, code, retryAfterMs) => {
    const user = 'drives-limited';
    await stack.connected(user, { target: 'google', scope: SCOPES, answer: { account: 'alan@example.com' } });
    stack.twin.control.addFault({ provider: 'google', fault: 'rate_limited', status: 403, reason, times: 1 });
    const refused = await run('files.search', {}, user);
    expect(refused).toMatchObject({ status, body: { code, reason } });
    expect(refused.body.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('uploads of more than 5 MB', () => {
  it('arrive whole', async () => {
    const content = randomBytes(9 * MIB + 77);
    const { id, size } = await upload('whole.bin', content);
    expect(size).toBe(String(content.length));
    expect((await wholeFile(id)).equals(content)).toBe(true);
  });

  const PUT = {
    provider: 'google',
    match: { path: '/upload/drive/v3/files', method: 'PUT' },
    times: 1,
  } as const;

  it.each<[name: string, sessions: number, fault: Fault]>([
    ['Drive keeps less than was sent', 1, { ...PUT, fault: 'short_chunk', keepBytes: 256 * 1024 }],
    ['the line breaks in a piece', 1, { ...PUT, fault: 'short_chunk', keepBytes: 512 * 1024, cut: true }],
    ['the session is forgotten', 2, { ...PUT, fault: 'session_gone' }],
    ['an answer is lost', 1, { ...PUT, fault: 'answer_lost' }],
    ['Drive is down for a moment', 1, { ...PUT, fault: 'server_error', times: 2 }],
  ])('arrive once and whole when %s', async (name, sessions, fault) => {
    const { control } = stack.twin;
    control.clearCalls();
    control.addFault(fault);
    // The action compares the received content with Drive's MD5.
    expect((await upload(name, randomBytes(5 * MIB + 77))).size).toBe(String(5 * MIB + 77));
    expect(uploads().filter(({ method }) => method === 'POST')).toHaveLength(sessions);
    expect(control.state().google.files.filter((file) => file.name === name)).toHaveLength(1);
  });

  it('tell nobody the address of their session', async () => {
    const { body, text } = await stack.agent.client.get(
      '/v1/audit-events?action=google-drive.files.upload&limit=200',
    );
    expect(body.data.length).toBeGreaterThan(7);
    expect(text + stack.server.output()).not.toContain('upload_id');
    expect(text + stack.server.output()).not.toContain('AEnB2U');
  });
});

describe('an upload whose answer is lost', () => {
  it('is made once, also as a task', async () => {
    const match = { path: '/upload/drive/v3/files' };
    stack.twin.control.addFault({ provider: 'google', fault: 'answer_lost', match, times: 1 });
    const task = {
      userId: USER,
      action: 'google-drive.files.upload',
      input: { name: 'once.txt', text: '1' },
    };
    const queued = await stack.agent.client.post('/v1/tasks', task);
    const done = await untilTask(stack.agent.client, queued.body.id);
    expect(done).toMatchObject({ status: 'succeeded', attempts: 1, output: { name: 'once.txt' } });
    const made = stack.twin.control.state().google.files.filter(({ name }) => name === 'once.txt');
    expect(made).toHaveLength(1);
  });
});

/** Begins a request of so many bytes and sends none of them. */
function begin(path: string, length: number, credential = stack.agent.key) {
  const request = httpRequest(new URL(path, stack.server.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${credential}`,
      'content-type': 'application/json',
      'content-length': length,
    },
  });
  const status = new Promise<number | undefined>((resolve, reject) => {
    request.once('response', (response) => {
      resolve(response.statusCode);
      response.resume();
      request.destroy();
    });
    request.once('error', reject);
  });
  status.catch(() => undefined);
  request.flushHeaders();
  return { request, status };
}

describe('large requests', () => {
  const action = '/v1/actions/google-drive.files.upload';

  it('are taken by actions up to 32 MiB, of which 20 MiB may be a file, and by nothing else', async () => {
    const input = { name: 'big', base64: Buffer.alloc(20 * MIB + 1).toString('base64') };
    expect(await run('files.upload', input)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(await begin(action, 32 * MIB + 1).status).toBe(413);
    expect(await begin('/v1/tasks', MIB + 1).status).toBe(413);
  });

  it('of somebody unknown are refused before they are read, and keep no place', async () => {
    const strangers = Array.from({ length: 5 }, () => begin(action, 2 * MIB, 'vk_agent_of_nobody'));
    expect(await Promise.all(strangers.map(({ status }) => status))).toEqual(Array(5).fill(401));
    const input = { name: 'x', base64: Buffer.alloc(MIB).toString('base64') };
    expect((await run('files.upload', input)).status).toBe(200);
  });

  it('wait for others when too many are under way, and free their place when they end', async () => {
    const five = Array.from({ length: 5 }, () => begin(action, 2 * MIB));
    expect(await Promise.race(five.map(({ status }) => status))).toBe(503);
    expect((await run('files.search', {})).status).toBe(200);
    for (const { request } of five) request.destroy();
    const input = { name: 'x', base64: Buffer.alloc(MIB).toString('base64') };
    await until('a place is free', async () => (await run('files.upload', input)).status === 200);
  });
});
