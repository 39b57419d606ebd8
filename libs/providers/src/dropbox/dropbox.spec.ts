import {
  callTo,
  describeProviderConformance,
  fixture,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import { officialDescription } from '../testing/official-descriptions.js';
import { listFiles } from './actions/list-files.js';
import { dropboxProvider as provider } from './index.js';

describeProviderConformance(provider, {
  answer: () => fixture(provider.id, 'list-folder'),
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

const stone = officialDescription('dropbox-stone.tar.gz');
(stone ? it : it.skip).each(['list_folder', 'list_folder/continue'])(
  'asks for the scope that the official description gives to %s',
  (route) => {
    const start = stone?.indexOf(`route ${route} (`) ?? -1;
    expect(start).toBeGreaterThan(0);
    expect(/scope = "([\w.]+)"/.exec(stone?.slice(start) ?? '')?.[1]).toBe(listFiles.scopes[0]);
  },
);
