import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CALLBACK, proofKey, TwinVisitor } from '../testing/twin-visitor.js';
import type { Twin } from '../twin.js';
import { startTwin } from '../twin.js';

const API = '/dropbox/api/2';
const CONTENT = '/dropbox/content/2/files';

let twin: Twin;
let app: TwinVisitor;
beforeEach(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'dropbox');
});
afterEach(() => twin.close());

const rpc = (token: string, route: string, json: unknown = null) =>
  app.api(token, `${API}/${route}`, { method: 'POST', json });

const upload = (token: string, arg: unknown, body: string) =>
  app.api(token, `${CONTENT}/upload`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'dropbox-api-arg': JSON.stringify(arg) },
    body,
  });

async function status(params: Record<string, string>) {
  return (await fetch(app.authorizationUrl(params), { redirect: 'manual' })).status;
}

describe('Dropbox OAuth', () => {
  it('gives a refresh token only for offline access, and does not rotate it', async () => {
    const online = await app.connect({});
    expect(online).toMatchObject({ expires_in: 14_400, token_type: 'bearer', uid: '181512100' });
    expect(online.access_token).toMatch(/^sl\.u\..*-twin-/);
    expect(online.refresh_token).toBeUndefined();
    const offline = await app.connect({ token_access_type: 'offline' });
    const refreshed = (await app.refresh(offline.refresh_token)).body;
    expect(Object.keys(refreshed).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    expect((await app.refresh(offline.refresh_token)).status).toBe(200);
    expect((await app.refresh(offline.refresh_token, { scope: 'account_info.read' })).body.scope).toBe(
      'account_info.read',
    );
  });

  it('refuses wrong clients, codes, redirect URIs, scopes and verifiers', async () => {
    expect((await app.exchange('x', { client_secret: 'no' })).body.error).toBe('invalid_client');
    expect((await app.exchange('x')).body).toMatchObject({ error: 'invalid_grant' });
    expect(await status({ redirect_uri: `${CALLBACK}/` })).toBe(400);
    expect(await status({ scope: 'team_data.member' })).toBe(400);
    const { verifier, params } = proofKey();
    const code = (await app.authorize(params)).get('code');
    expect((await app.exchange(code, { code_verifier: 'w'.repeat(50) })).body.error).toBe('invalid_grant');
    expect((await app.exchange(code, { code_verifier: verifier })).status).toBe(200);
    expect((await app.exchange(code, { code_verifier: verifier })).body.error_description).toContain(
      'already been used',
    );
  });

  it('is silent when nothing is new, unless force_reapprove; and adds scopes on request', async () => {
    const first = { scope: 'files.metadata.read' };
    await app.connect(first);
    expect(await status(first)).toBe(302);
    expect(await status({ ...first, force_reapprove: 'true' })).toBe(200);
    const denied = await app.authorize({ scope: 'files.content.read' }, { decision: 'deny' });
    expect(denied.get('error')).toBe('access_denied');
    const plain = await app.connect({ scope: 'files.content.read' });
    expect(plain.scope).toBe('account_info.read files.content.read');
    const united = await app.connect({ scope: 'files.content.write', include_granted_scopes: 'user' });
    expect(united.scope.split(' ')).toHaveLength(4);
  });

  it('tells missing scopes, expired and unknown tokens apart, all with 401', async () => {
    const token = (await app.connect({ scope: 'account_info.read' })).access_token;
    const missing = await rpc(token, 'files/list_folder', { path: '' });
    expect(missing.status).toBe(401);
    expect(missing.body.error).toEqual({ '.tag': 'missing_scope', required_scope: 'files.metadata.read' });
    expect((await rpc('nonsense', 'users/get_current_account')).body.error['.tag']).toBe(
      'invalid_access_token',
    );
    twin.control.advanceClock(14_400_001);
    expect((await rpc(token, 'users/get_current_account')).body.error_summary).toContain(
      'expired_access_token',
    );
  });

  it('revokes the access token with its refresh token', async () => {
    const token = await app.connect({ token_access_type: 'offline' });
    expect((await rpc(token.access_token, 'auth/token/revoke')).status).toBe(200);
    expect((await rpc(token.access_token, 'users/get_current_account')).status).toBe(401);
    expect((await app.refresh(token.refresh_token)).body.error_description).toBe(
      'refresh token is invalid or revoked',
    );
  });
});

describe('Dropbox files', () => {
  it('lists with cursors, and reports changes since', async () => {
    const token = (await app.connect({})).access_token;
    const first = (await rpc(token, 'files/list_folder', { path: '', limit: 2 })).body;
    expect([first.entries.length, first.has_more]).toEqual([2, true]);
    const rest = (await rpc(token, 'files/list_folder/continue', { cursor: first.cursor })).body;
    expect([rest.entries.length, rest.has_more]).toEqual([1, false]);
    await upload(token, { path: '/New.txt' }, 'new');
    const delta = (await rpc(token, 'files/list_folder/continue', { cursor: rest.cursor })).body;
    expect(delta.entries.map(({ name }: { name: string }) => name)).toEqual(['New.txt']);
    twin.control.expireSyncTokens();
    const reset = await rpc(token, 'files/list_folder/continue', { cursor: delta.cursor });
    expect([reset.status, reset.body.error['.tag']]).toEqual([409, 'reset']);
    const missing = await rpc(token, 'files/list_folder', { path: '/nowhere' });
    expect(missing.body).toMatchObject({ error_summary: expect.stringContaining('path/not_found') });
  });

  it('uploads under the conflict rules and downloads', async () => {
    const token = (await app.connect({})).access_token;
    expect((await upload(token, { path: '/\u00fcber.txt' }, 'one')).status).toBe(400);
    const one = await upload(token, { path: '/a/b.txt' }, 'one');
    expect(one.body).toMatchObject({ name: 'b.txt', size: 3, path_display: '/a/b.txt' });
    const conflict = await upload(token, { path: '/a/b.txt' }, 'two');
    expect([conflict.status, conflict.body.error_summary]).toEqual([409, 'path/conflict/file/..']);
    expect((await upload(token, { path: '/a/b.txt', autorename: true }, 'two')).body.name).toBe('b (1).txt');
    const update = { path: '/a/b.txt', mode: { '.tag': 'update', update: one.body.rev } };
    expect((await upload(token, update, 'three')).body.size).toBe(5);
    const down = await app.api(token, `${CONTENT}/download`, {
      method: 'POST',
      headers: { 'dropbox-api-arg': JSON.stringify({ path: '/A/B.txt' }) },
    });
    expect(down.body).toBe('three');
    expect(JSON.parse(down.headers.get('dropbox-api-result') ?? '')).toMatchObject({ name: 'b.txt' });
    expect((await rpc(token, 'files/get_metadata', { path: '/a' })).body['.tag']).toBe('folder');
    const found = (await rpc(token, 'files/search_v2', { query: 'engine' })).body.matches;
    expect(found[0].metadata.metadata.name).toBe('Engine.txt');
  });
});
