import { judged, type Sent } from '../testing/judged.js';

const effect = (request: string, sent?: Sent) => judged(request, sent).effect;

const EVENT = 'google-calendar PATCH /calendars/primary/events/e1';
const FILE = 'google-drive PATCH /files/f1';
const MODIFY = 'gmail POST /users/me/messages/m1/modify';
const REF = 'github PATCH /repos/a/b/git/refs/heads/main';
const REPO = 'github PATCH /repos/a/b';

describe('a body that decides', () => {
  it.each<[string, unknown, string]>([
    [EVENT, { summary: 'Tea' }, 'write'],
    [EVENT, { status: 'confirmed' }, 'write'],
    [EVENT, { status: 'cancelled' }, 'destructive'],
    [EVENT, { STATUS: 'Cancelled ' }, 'destructive'],
    [EVENT, { status: ['cancelled'] }, 'destructive'],
    ['google-calendar PUT /calendars/primary/events/e1', { status: 'cancelled' }, 'destructive'],
    ['google-calendar POST /calendars/primary/events', { status: 'cancelled' }, 'destructive'],
    ['google-calendar POST /calendars/primary/events/import', { status: 'cancelled' }, 'destructive'],
    [`${EVENT}?status=cancelled`, {}, 'destructive'],
    ['google-calendar POST /calendars/c/acl', { role: 'reader', scope: { type: 'user' } }, 'write'],
    ['google-calendar POST /calendars/c/acl', { role: 'owner', scope: { type: 'user' } }, 'destructive'],
    ['google-calendar PATCH /calendars/c/acl/r', { role: 'none' }, 'destructive'],
    ['google-calendar POST /calendars/c/acl', { role: 'reader', scope: { type: 'default' } }, 'destructive'],
    [FILE, { name: 'x' }, 'write'],
    [FILE, { trashed: false }, 'write'],
    [FILE, { trashed: true }, 'destructive'],
    [FILE, { trashed: 'true' }, 'destructive'],
    [FILE, { Trashed: 1 }, 'destructive'],
    [`${FILE}?useDomainAdminAccess=true`, {}, 'destructive'],
    ['google-drive POST /files/f/permissions', { role: 'writer', type: 'user' }, 'write'],
    ['google-drive POST /files/f/permissions', { role: 'owner', type: 'user' }, 'destructive'],
    ['google-drive POST /files/f/permissions?transferOwnership=true', { role: 'writer' }, 'destructive'],
    ['google-drive POST /files/f/permissions?transfer_ownership=true', { role: 'writer' }, 'destructive'],
    ['google-drive PATCH /files/f/permissions/p', { pendingOwner: true }, 'destructive'],
    ['google-drive PATCH /files/f/revisions/1', { keepForever: true }, 'write'],
    ['google-drive PATCH /files/f/revisions/1', { published: true }, 'destructive'],
    [MODIFY, { addLabelIds: ['Label_1'], removeLabelIds: ['INBOX'] }, 'write'],
    [MODIFY, { addLabelIds: ['TRASH'] }, 'destructive'],
    [MODIFY, { add_label_ids: ['trash'] }, 'destructive'],
    [MODIFY, { addLabelIds: 'TRASH' }, 'destructive'],
    ['gmail POST /users/me/messages/batchModify', { ids: ['a'], addLabelIds: ['TRASH'] }, 'destructive'],
    ['gmail POST /users/me/threads/t/modify', { addLabelIds: ['SPAM'] }, 'destructive'],
    ['gmail POST /users/me/settings/filters', { action: { addLabelIds: ['Label_1'] } }, 'write'],
    ['gmail POST /users/me/settings/filters', { action: { forward: 'm@evil.example' } }, 'destructive'],
    ['gmail POST /users/me/settings/filters', { action: { addLabelIds: ['TRASH'] } }, 'destructive'],
    [REF, { sha: 'x' }, 'write'],
    [REF, { sha: 'x', force: false }, 'write'],
    [REF, { sha: 'x', force: true }, 'destructive'],
    [REF, { sha: 'x', force: 'true' }, 'destructive'],
    [`${REF}?force=true`, { sha: 'x' }, 'destructive'],
    [REPO, { description: 'x', has_wiki: true }, 'write'],
    [REPO, { private: false }, 'destructive'],
    [REPO, { visibility: 'public' }, 'destructive'],
    [REPO, { archived: true }, 'destructive'],
    [REPO, { name: 'other' }, 'destructive'],
    [REPO, { default_branch: 'x' }, 'destructive'],
    ['github POST /gists', { public: false, files: {} }, 'write'],
    ['github POST /gists', { public: true, files: {} }, 'destructive'],
    ['github PATCH /gists/g', { files: { 'a.txt': { content: 'x' } } }, 'write'],
    ['github PATCH /gists/g', { files: { 'a.txt': null } }, 'destructive'],
    ['dropbox POST /files/move_v2', { from_path: '/a', to_path: '/b' }, 'write'],
    ['dropbox POST /files/move_v2', { allow_ownership_transfer: true }, 'destructive'],
    ['dropbox POST /files/move_batch_v2', { entries: [], allow_ownership_transfer: true }, 'destructive'],
    ['dropbox POST /sharing/update_folder_member', { access_level: { '.tag': 'owner' } }, 'destructive'],
    ['dropbox POST /sharing/add_folder_member', { members: [{ access_level: 'owner' }] }, 'destructive'],
    ['dropbox POST /sharing/add_folder_member', { members: [{ access_level: 'viewer' }] }, 'write'],
    ['dropbox POST /sharing/modify_shared_link_settings', { remove_expiration: true }, 'destructive'],
    [
      'dropbox POST /sharing/modify_shared_link_settings',
      { settings: { audience: 'public' } },
      'destructive',
    ],
    ['dropbox POST /sharing/modify_shared_link_settings', { settings: { audience: 'team' } }, 'write'],
    ['dropbox POST /files/move_v2?arg=%7B%7D', {}, 'destructive'],
  ])('%s %j: %s', (request, body, expected) => expect(effect(request, { body })).toBe(expected));

  const plain = JSON.stringify({ summary: 'Tea' });
  it.each<[string, Sent]>([
    ['repeats a member', { body: '{"status":"cancelled","status":"confirmed"}' }],
    ['repeats a member in another case', { body: '{"status":"confirmed","Status":"cancelled"}' }],
    ['repeats a member inside', { body: '{"start":{"date":"a","d\\u0061te":"b"}}' }],
    ['is a form', { body: 'status=cancelled', type: 'application/x-www-form-urlencoded' }],
    ['is said to be text', { body: plain, type: 'text/plain;charset=UTF-8' }],
    ['has no type', { body: plain, type: '' }],
    [
      'has another charset',
      { body: Buffer.from(plain, 'utf16le'), type: 'application/json; charset=utf-16' },
    ],
    ['is compressed', { body: plain, encoding: 'gzip' }],
    ['is not all there', { body: plain, isWhole: false }],
    ['is no JSON', { body: '{status: cancelled}' }],
    ['is no object', { body: '["cancelled"]' }],
    ['begins with a BOM', { body: `\uFEFF${plain}` }],
    ['is not UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }],
    ['is nested 100 deep', { body: `{"a":${'['.repeat(100)}${']'.repeat(100)}}` }],
  ])('and %s asks for a person', (_, sent) => {
    expect(judged(EVENT, sent)).toMatchObject({
      effect: 'destructive',
      reason: expect.stringMatching(/^its body /),
    });
  });

  it('is not asked for where it decides nothing', () => {
    const sent = { body: 'no=json', type: 'application/x-www-form-urlencoded', encoding: 'gzip' };
    expect(effect('github POST /repos/a/b/issues', sent)).toBe('write');
  });
});

describe('an upload', () => {
  const parts = (...contents: [string, string][]) => ({
    base: 'uploadBaseUrl' as const,
    type: 'multipart/related; boundary="b"',
    body: `${contents.map(([type, text]) => `--b\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`).join('')}--b--`,
  });
  const description = (value: object): [string, string] => [
    'application/json; charset=UTF-8',
    JSON.stringify(value),
  ];
  const content: [string, string] = ['text/plain', '{"trashed":true}'];

  it.each<[string, string, Sent, string]>([
    ['a name', '?uploadType=multipart', parts(description({ name: 'x' }), content), 'write'],
    ['the bin', '?uploadType=multipart', parts(description({ trashed: true }), content), 'destructive'],
    [
      'a long file',
      '?uploadType=multipart',
      { ...parts(description({ name: 'x' }), content), isWhole: false },
      'write',
    ],
    ['no description', '?uploadType=multipart', parts(content, content), 'destructive'],
    ['its content alone', '?uploadType=media', { base: 'uploadBaseUrl', body: { trashed: true } }, 'write'],
    ['a session', '?uploadType=resumable', { base: 'uploadBaseUrl', body: { trashed: true } }, 'destructive'],
    [
      'two kinds',
      '?uploadType=media&upload_protocol=multipart',
      { base: 'uploadBaseUrl', body: { trashed: true } },
      'destructive',
    ],
  ])('that brings %s is judged by its description', (_, query, sent, expected) => {
    expect(effect(`google-drive PATCH /files/f1${query}`, sent)).toBe(expected);
  });

  it('goes on at the address of its session', () => {
    const request = 'google-drive PUT /files?uploadType=resumable&upload_id=x';
    expect(effect(request, { base: 'uploadBaseUrl', body: 'x', type: 'text/plain' })).toBe('write');
  });
});
