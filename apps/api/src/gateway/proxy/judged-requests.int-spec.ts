import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallEvents } from '../../audit/index.js';
import { Caller, type TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = 'google-calendar/calendars/primary/events';
const tea = { summary: 'Tea', start: { date: '2027-03-01' }, end: { date: '2027-03-02' } };

let world: TwinWorld;
let agent: Caller;
let operator: Caller;
beforeAll(async () => {
  world = await createGatewayWorld();
  agent = await world.agent();
  operator = Caller.operator(world.apps[0].app);
  await (await world.user('ada')).connect('google', EVENTS);
});
afterAll(() => world.close());

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Through the proxy, as an agent. */
async function send(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const { statusCode, body: text } = await world.apps[0].app.inject({
    method,
    url: `/v1/proxy/${path}`,
    headers: { authorization: `Bearer ${agent.bearer}`, 'valetkey-user': 'ada', ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: statusCode, body: text === '' ? undefined : JSON.parse(text) };
}

/** The answer of a dry run of the same request. */
async function asked(method: string, path: string, body?: unknown, base = 'api'): Promise<string> {
  const [provider = ''] = path.split('/');
  const proxy = {
    provider,
    method,
    path: path.slice(provider.length),
    base,
    ...(body === undefined ? {} : { body }),
  };
  const question = { principal: { type: 'agent', id: 'agt_x' }, userId: 'ada', proxy };
  return (await operator.post('/v1/operator/policy-decisions', question)).body.decision;
}

const raw = (...headers: string[]) => ({
  raw: Buffer.from(`${headers.join('\r\n')}\r\n\r\nHi`).toString('base64url'),
});

describe('an agent’s proxied request', () => {
  it.each<[Method, string, unknown?]>([
    ['PATCH', `${LIST}/e1`, { status: 'cancelled' }],
    ['POST', 'google-calendar/calendars/primary/events/watch', { address: 'https://evil.example' }],
    [
      'POST',
      'google-calendar/calendars/primary/acl',
      { role: 'owner', scope: { type: 'user', value: 'm@e.x' } },
    ],
    ['PATCH', 'google-drive/files/f1', { trashed: true }],
    ['POST', 'google-drive/files/f1/permissions?transferOwnership=true', { role: 'owner', type: 'user' }],
    ['DELETE', 'google-drive/files/f1/permissions/p1'],
    ['POST', 'gmail/users/me/settings/forwardingAddresses', { forwardingEmail: 'm@evil.example' }],
    ['POST', 'gmail/users/me/settings/filters', { action: { forward: 'm@evil.example' } }],
    ['POST', 'gmail/users/me/messages/batchModify', { ids: ['1'], addLabelIds: ['TRASH'] }],
    ['POST', 'gmail/users/me/messages/send', raw('Subject: to nobody')],
    ['PATCH', 'github/repos/a/b/git/refs/heads/main', { sha: 'x', force: true }],
    ['PATCH', 'github/repos/a/b', { visibility: 'public' }],
    ['DELETE', 'github/orgs/a/members/ada'],
    ['POST', 'github/graphql', { query: 'mutation { x }' }],
    ['POST', 'github/repos/a/b/brand-new', {}],
    ['POST', 'dropbox/sharing/remove_folder_member', {}],
    ['POST', 'dropbox/files/move_v2', { allow_ownership_transfer: true }],
    ['POST', 'dropbox/files/brand_new', {}],
  ])('%s %s %j waits for a person, and a dry run says so', async (...[method, path, body]) => {
    const { status, body: answer } = await send(method, path, body);
    expect([status, answer.code]).toEqual([403, 'approval_required']);
    expect(await asked(method.toLowerCase(), path, body)).toBe('require_approval');
  });

  it.each<[Method, string, unknown?]>([
    ['POST', 'gmail/users/me/messages/send', raw('To: ada@example.com')],
    ['POST', 'gmail/users/me/messages/1/modify', { addLabelIds: ['STARRED'] }],
    ['PATCH', 'github/repos/a/b/git/refs/heads/main', { sha: 'x' }],
    ['PATCH', 'github/repos/a/b', { description: 'x' }],
    ['POST', 'github/graphql', { query: '{ viewer { login } }' }],
    ['POST', 'dropbox/files/move_v2', { from_path: '/a', to_path: '/b' }],
    ['GET', 'github/repositories/1/issues?page=2'],
  ])('%s %s %j is let through, and a dry run says so', async (...[method, path, body]) => {
    expect((await send(method, path, body)).body?.code).not.toBe('approval_required');
    expect(await asked(method.toLowerCase(), path, body)).toBe('allow');
  });

  it('arrives whole though its body was looked at', async () => {
    const { body: made } = await send('POST', LIST, tea);
    const changed = await send('PATCH', `${LIST}/${made.id}`, {
      summary: 'Cake',
      description: 'x'.repeat(5_000),
    });
    expect([changed.status, changed.body.summary, changed.body.description.length]).toEqual([
      200,
      'Cake',
      5_000,
    ]);
  });

  it('is seen by rules with its recipients, its route, and the action that does the same', async () => {
    await operator.post('/v1/operator/policies', {
      name: 'Only ours',
      text: 'forbid (principal, action == Action::"gmail.proxy", resource) when { context has recipients && !(["ada@example.com"].containsAll(context.recipients)) };',
    });
    const decisions = await Promise.all(
      [['To: ada@example.com'], ['To: ada@example.com', 'Bcc: x@evil.example']].map((headers) =>
        asked('POST', 'gmail/users/me/messages/send', raw(...headers)),
      ),
    );
    await world.database.query('DELETE FROM policies');
    expect(decisions).toEqual(['allow', 'deny']);
  });
});

describe('a dry run of a proxied request', () => {
  it.each<[string, string, unknown, string]>([
    ['in small letters', 'delete', undefined, 'require_approval'],
    ['with the service path', 'PATCH', { status: 'cancelled' }, 'require_approval'],
    ['with a form for a body', 'PATCH', 'status=cancelled', 'require_approval'],
    ['harmless', 'PATCH', { summary: 'Cake' }, 'allow'],
  ])('%s is judged as it would be sent', async (_, method, body, decision) => {
    expect(await asked(method, 'google-calendar/calendar/v3/calendars/primary/events/e1', body)).toBe(
      decision,
    );
  });

  it('of an upload goes by its base, and one that leads nowhere says why', async () => {
    expect(await asked('POST', 'google-drive/files?uploadType=media', 'x', 'upload')).toBe('allow');
    const proxy = { provider: 'gmail', method: 'POST', path: '/../x' };
    const question = { principal: { type: 'agent', id: 'agt_x' }, userId: 'ada', proxy };
    const answer = await operator.post('/v1/operator/policy-decisions', question);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_path']);
  });
});

describe('the record of a proxied write', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const details = async () => {
    await world.apps[0].get(CallEvents).settled();
    const rows = await world.database.query<{ detail: Record<string, unknown> }>(
      `SELECT detail FROM audit_events WHERE type = 'request.forwarded' ORDER BY seq DESC LIMIT 2`,
    );
    return rows.map(({ detail }) => detail);
  };

  it('holds the digests of query and body, and neither of them', async () => {
    await send('POST', `${LIST}?sendUpdates=none`, JSON.stringify(tea), {
      'content-type': 'application/json',
    });
    const digests = { querySha256: sha256('sendUpdates=none'), bodySha256: sha256(JSON.stringify(tea)) };
    expect(await details()).toEqual([expect.objectContaining(digests), expect.objectContaining(digests)]);
    expect(JSON.stringify(await details())).not.toMatch(/Tea|sendUpdates/);
  });

  it('of a read holds none', async () => {
    await send('GET', `${LIST}?q=private`);
    for (const detail of await details()) expect(Object.keys(detail)).not.toContain('querySha256');
  });
});
