import { judged, type Sent } from '../testing/judged.js';

const effect = (request: string, sent?: Sent) => judged(request, sent).effect;

describe('a request that a description knows', () => {
  it.each([
    ['gmail GET /users/me/messages', 'read'],
    ['gmail POST /users/me/labels', 'write'],
    ['gmail PUT /users/me/drafts/d1', 'write'],
    ['gmail POST /users/me/messages/m1/trash', 'write'],
    ['gmail DELETE /users/me/messages/m1', 'destructive'],
    ['gmail POST /users/me/messages/batchDelete', 'destructive'],
    ['gmail POST /users/me/settings/forwardingAddresses', 'destructive'],
    ['gmail POST /users/me/settings/delegates', 'destructive'],
    ['gmail PUT /users/me/settings/autoForwarding', 'destructive'],
    ['gmail PUT /users/me/settings/imap', 'destructive'],
    ['gmail PATCH /users/me/settings/sendAs/a@b.c', 'destructive'],
    ['gmail POST /users/me/watch', 'destructive'],
    ['gmail POST /users/me/settings/cse/keypairs/k1:obliterate', 'destructive'],
    ['google-calendar POST /freeBusy', 'read'],
    ['google-calendar HEAD /calendars/primary/events', 'read'],
    ['google-calendar POST /calendars/primary/events/quickAdd?text=Tea', 'write'],
    ['google-calendar POST /calendars/primary/events/e1/move?destination=x', 'write'],
    ['google-calendar POST /calendars/primary/clear', 'destructive'],
    ['google-calendar DELETE /calendars/primary/events/e1', 'destructive'],
    ['google-calendar DELETE /calendars/primary/acl/user:a@b.c', 'destructive'],
    ['google-calendar POST /calendars/primary/events/watch', 'destructive'],
    ['google-drive GET /files/f1?alt=media', 'read'],
    ['google-drive POST /files/f1/download', 'read'],
    ['google-drive POST /files/f1/copy', 'write'],
    ['google-drive POST /files/f1/comments', 'write'],
    ['google-drive DELETE /files/trash', 'destructive'],
    ['google-drive DELETE /files/f1/permissions/p1', 'destructive'],
    ['google-drive POST /files/f1/accessproposals/p1:resolve', 'destructive'],
    ['google-drive PATCH /drives/d1', 'destructive'],
    ['google-drive POST /changes/watch', 'destructive'],
    ['dropbox POST /files/list_folder', 'read'],
    ['dropbox POST /sharing/list_folder_members', 'read'],
    ['dropbox POST /files/create_folder_v2', 'write'],
    ['dropbox POST /files/delete_batch/check', 'read'],
    ['dropbox POST /files/delete_v2', 'destructive'],
    ['dropbox POST /files/permanently_delete', 'destructive'],
    ['dropbox POST /sharing/remove_folder_member', 'destructive'],
    ['dropbox POST /sharing/transfer_folder', 'destructive'],
    ['dropbox POST /file_requests/delete_all_closed', 'destructive'],
    ['dropbox POST /team/members/remove', 'destructive'],
    ['github GET /repos/a/b/contents/docs/x/y.md', 'read'],
    ['github POST /markdown', 'read'],
    ['github POST /repos/a/b/issues', 'write'],
    ['github PUT /repos/a/b/contents/docs/x/y.md', 'write'],
    ['github DELETE /repos/a/b/issues/1/labels/area%2Fapi', 'write'],
    ['github PUT /repos/a/b/pulls/1/merge', 'destructive'],
    ['github PUT /repos/a/b/collaborators/mallory', 'destructive'],
    ['github DELETE /repos/a/b/collaborators/ada', 'destructive'],
    ['github DELETE /orgs/a/members/ada', 'destructive'],
    ['github POST /repos/a/b/transfer', 'destructive'],
    ['github POST /repos/a/b/hooks', 'destructive'],
    ['github PUT /repos/a/b/actions/secrets/X', 'destructive'],
    ['github POST /user/keys', 'destructive'],
    ['github POST /repos/a/b/actions/workflows/1/dispatches', 'destructive'],
    ['github PUT /repos/a/b/branches/main/protection', 'destructive'],
  ])('%s: %s', (request, expected) => expect(effect(request)).toBe(expected));
});

describe('a request that no description knows', () => {
  it.each([
    'github POST /repos/a/b/issuez',
    'github PUT /repos/a/b/issues',
    'github PATCH /repositories/1',
    'github POST /graphql/v2',
    'google-calendar POST /calendars/primary/events/e1/burn',
    'google-calendar POST /batch',
    'google-drive PUT /files/f1',
    'gmail POST /users/me/messages/send2',
    'dropbox POST /files/burn',
    'dropbox GET /files/delete_v2',
    'dropbox GET /files/burn',
    'dropbox PUT /files/upload',
    'github GET /repos/a/b/merges',
  ])('asks for a person: %s', (request) => {
    expect(judged(request)).toMatchObject({ effect: 'destructive', actions: [], reason: expect.any(String) });
  });

  it('reads where HTTP says that it does, as the further pages of GitHub', () => {
    expect(effect('github GET /repositories/1300192/issues?page=2')).toBe('read');
  });
});

describe('a route', () => {
  it.each([
    ['dropbox POST /files/%64elete_v2', 'POST /2/files/delete_v2'],
    ['dropbox POST /FILES/Delete_V2', 'POST /2/files/delete_v2'],
    ['google-calendar POST /calendars/primary/CLEAR', 'POST /calendar/v3/calendars/{calendarId}/clear'],
    ['google-calendar POST /calendars/a%40b.c/%63lear', 'POST /calendar/v3/calendars/{calendarId}/clear'],
    ['google-calendar POST /calendar/v3/calendars/x/clear', 'POST /calendar/v3/calendars/{calendarId}/clear'],
    ['github PATCH /REPOS/Acme/Site', 'PATCH /repos/{owner}/{repo}'],
    ['gmail POST /Users/me/Messages/Send', 'POST /gmail/v1/users/{userId}/messages/send'],
  ])('is the same however it is written: %s', (request, route) => {
    expect(judged(request).route).toBe(route);
  });

  it.each([
    'github PATCH /repos/a/b%2Fgit%2Frefs%2Fheads%2Fmain',
    'github PATCH /repos/a/b%252Fgit%252Frefs%252Fheads%252Fmain',
    'github PATCH /repos/a/b%5Cgit%5Crefs%5Cheads%5Cmain',
    'google-calendar PATCH /calendars/primary%2Fevents%2Fe1',
    'google-drive POST /files/f1%2Fwatch',
  ])('that two servers may read differently asks for a person: %s', (request) => {
    expect(effect(request, { body: {} })).toBe('destructive');
  });

  it('tells its parameters', () => {
    expect(judged('github PUT /repos/Acme/Site/contents/a/b.md').parameters).toEqual({
      owner: 'Acme',
      repo: 'Site',
      path: 'a/b.md',
    });
    expect(judged('gmail POST /users/me/settings/cse/keypairs/k1:disable').parameters).toEqual({
      userId: 'me',
      keyPairId: 'k1',
    });
  });

  it('has the path of the provider’s own host wherever the base leads', () => {
    expect(judged('google-calendar GET /calendars/primary/events').path).toBe(
      '/calendar/v3/calendars/primary/events',
    );
  });
});
