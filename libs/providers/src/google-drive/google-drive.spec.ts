import { createHash } from 'node:crypto';
import {
  callTo,
  describeProviderConformance,
  failureOf,
  fixture,
  googleJudge,
  FullReply,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
} from '../testing/index.js';
import { downloadFile } from './actions/download-file.js';
import { exportFile } from './actions/export-file.js';
import { moveFile } from './actions/move-file.js';
import { searchFiles } from './actions/search-files.js';
import { shareFile } from './actions/share-file.js';
import { unshareFile } from './actions/unshare-file.js';
import { uploadFile } from './actions/upload-file.js';
import { googleDriveProvider as provider } from './index.js';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;
const file = fixture(provider.id, 'file') as Record<string, unknown>;
const text = 'Hello world!';
const md5 = (content: string | Buffer) => createHash('md5').update(content).digest('hex');

function answer({ method, path, query, rawBody }: RecordedRequest): unknown {
  const { permissions } = fixture(provider.id, 'permissions-list') as { permissions: unknown[] };
  if (method === 'DELETE') return new FullReply({ status: 204 });
  if (path.endsWith('/permissions')) return method === 'POST' ? permissions[1] : { permissions };
  if (path.includes('/permissions/')) return permissions[1];
  if (path.endsWith('/generateIds')) return { kind: 'drive#generatedIds', ids: ['9z8Y7x'] };
  if (path.endsWith('/files') && method === 'GET') return fixture(provider.id, 'files-list');
  if (path.endsWith('/export')) return new FullReply({ headers: { 'content-type': 'text/csv' }, body: text });
  const range = { 'content-range': `bytes 0-11/12` };
  if (query.get('alt') === 'media') return new FullReply({ status: 206, headers: range, body: text });
  return path.startsWith('/upload/') ? { ...file, md5Checksum: md5(partOf(rawBody)) } : file;
}

/** The second part of a multipart body. */
const partOf = (body: string): string => body.split('\r\n\r\n')[2]?.split('\r\n--')[0] ?? '';

const refusal = (reason: string) => ({ status: 403, body: { error: { errors: [{ reason }] } } });

describeProviderConformance(provider, {
  judge: () => googleJudge(provider.id),
  includes: {
    [scope('drive')]: [scope('drive.appdata'), scope('drive.scripts')],
    [scope('drive.readonly')]: [scope('drive.meet.readonly'), scope('drive.photos.readonly')],
  },
  unrelated: [scope('drive.apps.readonly')],
  tooNarrow: [
    {
      scope: scope('drive.metadata.readonly'),
      actions: ['files.download'],
      because: 'it gives no content',
    },
    { scope: scope('drive.meet.readonly'), because: 'it sees only what Google Meet made' },
    { scope: scope('drive.photos.readonly'), because: 'it sees only photos' },
  ],
  answer,
  askedWhenProxied: {
    'files.trash': 'a rule that names the action does not see that a change of a file is one',
    'files.unshare': 'it takes access away from somebody else',
  },
  failures: [
    {
      name: 'a lack of scope',
      answer: { status: 403, body: fixture(provider.id, 'insufficient-scope') },
      means: 'insufficient_scope',
    },
    {
      name: 'a user who is too fast',
      answer: { status: 403, body: fixture(provider.id, 'rate-limited') },
      means: 'rate_limited',
    },
    {
      name: 'a day’s quota that is used up, which no moment refills',
      answer: { status: 403, body: fixture(provider.id, 'daily-limit') },
      means: 'rate_limited',
      retryAfterMs: 3_600_000,
    },
    {
      name: 'too much sharing',
      answer: refusal('sharingRateLimitExceeded'),
      means: 'rate_limited',
      retryAfterMs: 3_600_000,
    },
    {
      name: 'a full Drive, which waiting does not empty',
      answer: { status: 403, body: fixture(provider.id, 'storage-full') },
      means: 'invalid_request',
    },
    {
      name: 'a lack of rights on one file',
      answer: refusal('insufficientFilePermissions'),
      means: 'invalid_request',
    },
    {
      name: 'a document that is too long to be exported',
      answer: refusal('exportSizeLimitExceeded'),
      means: 'invalid_request',
    },
    {
      name: 'a file that is not there, or not for this app',
      answer: { status: 404, body: fixture(provider.id, 'not-found') },
      means: 'not_found',
    },
  ],
});

describe('google-drive', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await startAnsweringServer();
  });
  afterAll(() => server.close());

  const call = <Input>(input: Input) => ({ ...callTo(server.origin, provider), input });

  it('keeps quotes of the caller inside the query', async () => {
    server.answerWith(() => ({ body: { files: [] } }));
    const nameContains = "it's \\ here' or trashed = true or name = '";
    await searchFiles.run(call(searchFiles.input.parse({ nameContains, folderId: 'root' })));
    expect(server.requests[0]?.query.get('q')).toBe(
      "trashed = false and name contains 'it\\'s \\\\ here\\' or trashed = true or name = \\'' and 'root' in parents",
    );
  });

  it('reads a piece of a file and says where the next begins', async () => {
    server.answerWith(({ query }) =>
      query.get('alt') === 'media'
        ? { status: 206, headers: { 'content-range': 'bytes 4-8/12' }, body: 'o wor' }
        : { body: file },
    );
    const input = downloadFile.input.parse({ fileId: 'x', offset: 4, maxBytes: 5 });
    const piece = await downloadFile.run(call(input));
    expect(piece).toMatchObject({ encoding: 'text', content: 'o wor', offset: 4, size: 12, nextOffset: 9 });
    expect(server.requests[1]?.headers.range).toBe('bytes=4-8');
  });

  it.each([
    [
      'another piece than asked',
      { status: 206, headers: { 'content-range': 'bytes 0-4/12' }, body: 'Hello' },
      'range',
    ],
    ['less than said', { status: 206, headers: { 'content-range': 'bytes 4-8/12' }, body: 'o w' }, 'range'],
    ['the whole instead of a piece', { status: 200, body: 'Hello' }, 'range'],
    ['more than asked', { status: 200, body: 'Hello world!' }, 'unreadable_body'],
  ])('does not take %s for the piece', async (_name, reply, reason) => {
    server.answerWith(({ query }) => (query.get('alt') === 'media' ? reply : { body: file }));
    const input = downloadFile.input.parse({ fileId: 'x', offset: 4, maxBytes: 5 });
    expect(await failureOf(downloadFile.run(call(input)))).toMatchObject({
      code: 'unexpected_response',
      reason,
    });
  });

  it('notices that a whole file is not what Drive has stored', async () => {
    server.answerWith(({ query }) =>
      query.get('alt') === 'media' ? { body: 'Hello worlds' } : { body: file },
    );
    const input = downloadFile.input.parse({ fileId: 'x' });
    expect(await failureOf(downloadFile.run(call(input)))).toMatchObject({ reason: 'checksum' });
  });

  it('asks for no bytes of an empty file, and none of a Google document', async () => {
    server.answerWith(() => ({ body: { ...file, size: '0', md5Checksum: md5('') } }));
    const input = downloadFile.input.parse({ fileId: 'x' });
    expect(await downloadFile.run(call(input))).toMatchObject({ content: '', size: 0 });
    expect(server.requests).toHaveLength(1);
    server.answerWith(() => ({ body: { ...file, size: undefined } }));
    expect(await failureOf(downloadFile.run(call(input)))).toMatchObject({
      code: 'invalid_request',
      reason: 'no_content_use_export',
    });
  });

  it('gives an export in pieces of the size that was asked for', async () => {
    server.answerWith(({ path }) => (path.endsWith('/export') ? { body: 'é'.repeat(10) } : { body: file }));
    const input = exportFile.input.parse({ fileId: 'x', mimeType: 'text/plain', maxBytes: 5 });
    expect(await exportFile.run(call(input))).toMatchObject({ content: 'éé', size: 20, nextOffset: 4 });
  });

  it('moves a file out of the folder that it is in', async () => {
    server.answerWith(() => ({ body: file }));
    await moveFile.run(call(moveFile.input.parse({ fileId: 'x', folderId: 'f' })));
    const { query } = server.requests[1] as RecordedRequest;
    expect([query.get('addParents'), query.get('removeParents')]).toEqual(['f', '0AEx_rootPVA']);
  });

  it('says of a 404 that the file may only not be open to this app', async () => {
    server.answerWith(() => ({ status: 404, body: fixture(provider.id, 'not-found') }));
    const input = shareFile.input.parse({ fileId: 'x', type: 'anyone' });
    expect(await failureOf(shareFile.run(call(input)))).toMatchObject({
      code: 'not_found',
      reason: 'not_open_to_this_app',
    });
  });

  it.each([
    { type: 'user' },
    { type: 'user', domain: 'example.com' },
    { type: 'domain', emailAddress: 'bob@example.com' },
    { type: 'anyone', emailAddress: 'bob@example.com' },
    { type: 'anyone', notify: true },
    { type: 'user', emailAddress: 'bob@example.com', message: 'Look' },
  ])('does not share with %j', (access) => {
    expect(shareFile.input.safeParse({ fileId: 'x', ...access }).success).toBe(false);
  });

  it('mails nobody about a share unless told', async () => {
    server.answerWith((request) => ({ body: answer(request) }));
    const bob = { fileId: 'x', type: 'user', emailAddress: 'bob@example.com' };
    await shareFile.run(call(shareFile.input.parse(bob)));
    await shareFile.run(call(shareFile.input.parse({ ...bob, notify: true, message: 'Look' })));
    const sent = server.requests.map(({ query }) => [
      query.get('sendNotificationEmail'),
      query.get('emailMessage'),
    ]);
    expect(sent).toEqual([
      ['false', null],
      ['true', 'Look'],
    ]);
  });

  it('finds out whether a permission is gone', async () => {
    const input = unshareFile.input.parse({ fileId: 'x', permissionId: 'p' });
    server.answerWith(() => ({ status: 404, body: {} }));
    expect(await unshareFile.recover?.(call(input))).toEqual({ found: input });
    server.answerWith((request) => asBody(answer({ ...request, path: '/files/x/permissions/p' })));
    expect(await unshareFile.recover?.(call(input))).toEqual({ absent: true });
  });

  it('refuses types that Drive would convert', () => {
    const spreadsheet = { name: 'x', text: 'a', mimeType: 'application/vnd.google-apps.spreadsheet' };
    expect(uploadFile.input.safeParse(spreadsheet).success).toBe(false);
  });
});

const asBody = (body: unknown) => ({ body });
