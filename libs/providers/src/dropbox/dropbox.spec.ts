import {
  callTo,
  describeProviderConformance,
  dropboxJudge,
  fixture,
  FullReply,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
} from '../testing/index.js';
import { listFiles } from './actions/list-files.js';
import { apiArg } from './api-arg.js';
import { dropboxProvider as provider } from './index.js';

const file = fixture(provider.id, 'file') as Record<string, unknown>;
const tagged = { '.tag': 'file', ...file };

/** Good answers by route. */
const answers: Record<string, unknown> = {
  'files/list_folder': fixture(provider.id, 'list-folder'),
  'files/get_metadata': tagged,
  'files/search_v2': { matches: [{ metadata: { '.tag': 'metadata', metadata: tagged } }], has_more: false },
  'files/upload': file,
  'files/download': new FullReply({
    status: 206,
    headers: { 'dropbox-api-result': apiArg(file), 'content-range': 'bytes 0-11/12' },
    body: 'Hello world!',
  }),
  'files/create_folder_v2': { metadata: { name: '2026', id: 'id:b', path_display: '/Reports/2026' } },
  'files/move_v2': { metadata: tagged },
  'files/copy_v2': { metadata: tagged },
  'files/delete_v2': { metadata: tagged },
  'sharing/create_shared_link_with_settings': fixture(provider.id, 'shared-link'),
  'sharing/list_shared_links': { links: [fixture(provider.id, 'shared-link')], has_more: false },
  'sharing/get_shared_link_metadata': fixture(provider.id, 'shared-link'),
  'sharing/revoke_shared_link': new FullReply({ body: 'null' }),
  'users/get_current_account': fixture(provider.id, 'account'),
};

function answer({ path }: RecordedRequest): unknown {
  return answers[path.slice('/2/'.length)];
}

describeProviderConformance(provider, {
  judge: dropboxJudge,
  unrelated: ['files.metadata.write', 'files.permanent_delete'],
  answer,
  failures: [
    {
      name: '401 that means a missing scope, and names it',
      answer: { status: 401, body: fixture(provider.id, 'missing-scope') },
      means: 'insufficient_scope',
      missingScopes: ['files.metadata.read'],
    },
    {
      name: '401 that means an expired token',
      answer: {
        status: 401,
        body: { error_summary: 'expired_access_token/..', error: { '.tag': 'expired_access_token' } },
      },
      means: 'reauthorization_required',
    },
    {
      name: 'write contention, with the wait from the body',
      answer: { status: 429, body: fixture(provider.id, 'too-many-write-operations') },
      means: 'rate_limited',
      retryAfterMs: 3000,
    },
    {
      name: '409 that means not found',
      answer: { status: 409, body: fixture(provider.id, 'not-found') },
      means: 'not_found',
    },
    {
      name: '409 that means a name that is taken',
      answer: { status: 409, body: { error_summary: 'to/conflict/file/', error: { '.tag': 'to' } } },
      means: 'conflict',
    },
    {
      name: '409 that means a link that is there already',
      answer: {
        status: 409,
        body: {
          error_summary: 'shared_link_already_exists/..',
          error: { '.tag': 'shared_link_already_exists' },
        },
      },
      means: 'conflict',
    },
    {
      name: '409 that means write contention',
      answer: {
        status: 409,
        body: { error_summary: 'path/too_many_write_operations/', error: { '.tag': 'path' } },
      },
      means: 'rate_limited',
    },
    {
      name: '409 that means more files than one call may move',
      answer: {
        status: 409,
        body: { error_summary: 'too_many_files/..', error: { '.tag': 'too_many_files' } },
      },
      means: 'invalid_request',
    },
    {
      name: '409 that means a full Dropbox',
      answer: { status: 409, body: { error_summary: 'path/insufficient_space/', error: { '.tag': 'path' } } },
      means: 'invalid_request',
    },
    {
      name: '409 that means bytes that were spoilt on the way',
      answer: {
        status: 409,
        body: { error_summary: 'content_hash_mismatch/', error: { '.tag': 'content_hash_mismatch' } },
      },
      means: 'unavailable',
    },
    {
      name: '409 that means a bad path',
      answer: { status: 409, body: { error_summary: 'path/malformed_path/', error: { '.tag': 'path' } } },
      means: 'invalid_request',
    },
    {
      name: '400 in plain text',
      answer: { status: 400, body: undefined },
      means: 'invalid_request',
    },
  ],
});

describe('dropbox.files.list', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await startAnsweringServer();
  });
  afterAll(() => server.close());

  const list = (input: object) =>
    listFiles.run({ ...callTo(server.origin, provider), input: listFiles.input.parse(input) });

  it('calls the top folder by its empty name and goes on with the cursor', async () => {
    server.answerWith(() => ({ body: fixture(provider.id, 'list-folder') }));
    const { nextCursor, entries } = await list({ path: '/' });
    await list({ cursor: nextCursor });
    expect(server.requests.map(({ path, body }) => [path, body])).toEqual([
      ['/2/files/list_folder', { path: '', recursive: false, limit: 100 }],
      ['/2/files/list_folder/continue', { cursor: nextCursor }],
    ]);
    expect(entries.map(({ kind }) => kind)).toEqual(['file', 'folder', 'deleted']);
  });

  it('gives no cursor on the last page and shows kinds that it does not know', async () => {
    server.answerWith(() => ({
      body: { entries: [{ '.tag': 'portal', name: 'x' }], cursor: 'c', has_more: false },
    }));
    await expect(list({})).resolves.toEqual({ entries: [{ kind: 'other', name: 'x' }] });
  });
});
