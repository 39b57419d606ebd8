import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallEvents } from '../../audit/index.js';
import { Outgoing } from '../../platform/index.js';
import type { Caller, TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const LIST = '/v1/proxy/google-calendar/calendars/primary/events';
const tea = { summary: 'Tea', start: { date: '2027-03-01' }, end: { date: '2027-03-02' } };

/** A name whose owner may bind it to any address. */
const REBOUND = 'https://drive.rebind.example';

let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  world = await createGatewayWorld(1, { 'google-drive': { apiBaseUrl: REBOUND } });
  agent = await world.agent();
  await (await world.user('ada')).connect('google', EVENTS);
});
afterAll(() => world.close());
beforeEach(() => {
  world.twin.control.clearFaults();
  world.twin.control.clearCalls();
});

const ada = { 'valetkey-user': 'ada' };
const calls = () => world.twin.control.calls({ path: '/google/calendar/v3' });
const forwarded = async (outcome: string) => {
  await world.apps[0].get(CallEvents).settled();
  return world.database.query<{ detail: Record<string, unknown> }>(
    `SELECT detail FROM audit_events WHERE type = 'request.forwarded' AND outcome = $1 ORDER BY seq DESC`,
    [outcome],
  );
};

describe('a forwarded request', () => {
  it('reaches the provider with the user’s token, and its answer comes back as it was', async () => {
    const answer = await agent.get(`${LIST}?maxResults=1&fields=items(id)`, ada);
    expect([answer.status, answer.body.items.length]).toEqual([200, 1]);
    expect(Object.keys(answer.body.items[0])).toEqual(['id']);
    expect(answer.headers['content-security-policy']).toContain('sandbox');
    // Else whoever keeps answers could give one user's to another.
    expect(answer.headers['vary']).toContain('Valetkey-User, Valetkey-Connection');
    const written = await agent.get('/v1/proxy/google-calendar/calendar/v3/calendars/primary/events', ada);
    expect(written.status).toBe(200);
    expect(calls().map(({ status }) => status)).toEqual([200, 200]);
  });

  it('carries a body through, and the provider’s refusals too', async () => {
    const created = await agent.post(LIST, tea, ada);
    expect([created.status, created.body.summary]).toEqual([200, 'Tea']);
    expect((await agent.post(LIST, { summary: 'No time' }, ada)).status).toBe(400);
    expect((await agent.get(`${LIST}/no-such-event`, ada)).status).toBe(404);
  });

  it('is intended on record before it leaves, with method, path and status afterwards', async () => {
    await agent.get(`${LIST}?q=private`, ada);
    const [done] = await forwarded('succeeded');
    expect(done?.detail).toMatchObject({
      method: 'GET',
      path: expect.stringMatching(/\/calendars\/primary\/events$/),
      status: 200,
    });
    expect(JSON.stringify(done?.detail)).not.toContain('private');
    await world.database.breakAudit();
    world.twin.control.clearCalls();
    const refused = await agent.get(LIST, ada);
    await world.database.mendAudit();
    expect([refused.status, refused.body.code, calls()]).toEqual([503, 'audit_unavailable', []]);
  });

  it('is answered though the log takes no outcome, and its outcome is recorded once it does', async () => {
    await world.database.breakAudit("NEW.outcome = 'failed'");
    const path = `${LIST}/late-outcome`;
    expect((await agent.get(path, ada)).status).toBe(404);
    const late = async () =>
      (await forwarded('failed')).filter(({ detail }) => String(detail['path']).endsWith('/late-outcome'));
    expect(await late()).toEqual([]);
    await world.database.mendAudit();
    expect(await late()).toHaveLength(1);
  });

  it('is sent again with a new token after a 401, body and all, and only once', async () => {
    world.twin.control.expireTokens({ provider: 'google' });
    const created = await agent.post(LIST, { ...tea, summary: 'After 401' }, ada);
    expect([created.status, created.body.summary]).toEqual([200, 'After 401']);
    expect(calls().map(({ status }) => status)).toEqual([401, 200]);
  });

  it('that nobody answers says that it is not known whether the provider acted', async () => {
    world.twin.control.addFault({
      provider: 'google',
      fault: 'answer_lost',
      match: { path: '/calendar/v3' },
    });
    const lost = await agent.post(LIST, tea, ada);
    expect([lost.status, lost.body.code]).toEqual([503, 'unavailable']);
    expect(calls()).toHaveLength(1);
    const [failed] = await forwarded('failed');
    expect(failed?.detail).toMatchObject({ code: 'unavailable' });
  });
});

describe('a request that is not forwarded', () => {
  it.each(['127.0.0.1', '169.254.169.254', '10.0.0.1', '::1', '::ffff:127.0.0.1'])(
    'would have gone to %s, to which the provider’s name has been bound',
    async (address) => {
      world.apps[0].get(Outgoing).resolve = (_hostname, _options, callback) =>
        callback(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
      const answer = await agent.get('/v1/proxy/google-drive/files', ada);
      const { code, reason, retryable } = answer.body;
      expect([answer.status, code, reason, retryable]).toEqual([
        503,
        'unavailable',
        'private_address',
        false,
      ]);
    },
  );

  it.each([
    ['without a user', LIST, {}, 400, 'user_required'],
    ['to an unknown provider', '/v1/proxy/acme/x', ada, 404, 'unknown_provider'],
    ['to a host in the path', '/v1/proxy/google-calendar//evil.example/x', ada, 400, 'invalid_path'],
    ['with a credential of its own', `${LIST}?access_token=x`, ada, 400, 'invalid_path'],
    ['with another method in its query', `${LIST}?%24httpMethod=DELETE`, ada, 400, 'invalid_path'],
    ['to a base that is not there', LIST, { ...ada, 'valetkey-base': 'upload' }, 400, 'invalid_path'],
    ['to a base of its own', LIST, { ...ada, 'valetkey-base': 'evil.example' }, 400, 'invalid_input'],
    ['with another’s connection', LIST, { ...ada, 'valetkey-connection': 'con_x' }, 404, 'not_found'],
  ])('%s says so', async (_, url, headers, status, code) => {
    const answer = await agent.get(url, headers as Record<string, string>);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(calls()).toEqual([]);
  });

  it('needs a connection, and comes with the link that makes one', async () => {
    const answer = await agent.get(LIST, { 'valetkey-user': 'nobody-yet' });
    expect([answer.status, answer.body.code]).toEqual([403, 'authorization_required']);
    expect(answer.body.authorizationUri).toContain('/connect/aut_');
  });

  it('cannot delete for an agent, and can for the user', async () => {
    const { body } = await agent.post(LIST, tea, ada);
    const denied = await agent.delete(`${LIST}/${body.id}`, ada);
    expect([denied.status, denied.body.code]).toEqual([403, 'approval_required']);
    const user = await world.user('ada');
    expect((await user.delete(`${LIST}/${body.id}`)).status).toBe(204);
  });

  it.each([
    '/v1/proxy/google-calendar/calendars/primary/clear',
    '/v1/proxy/google-calendar/calendars/primary/%63lear',
    '/v1/proxy/gmail/users/me/messages/batchDelete',
    '/v1/proxy/dropbox/files/delete_v2',
    '/v1/proxy/dropbox/files/%64elete_batch',
    '/v1/proxy/dropbox/files/permanently_delete',
    '/v1/proxy/dropbox/auth/token/revoke',
    '/v1/proxy/github/graphql',
    '/v1/proxy/github/repos/a/b/merges',
  ])('cannot destroy for an agent by another name: POST %s', async (url) => {
    const denied = await agent.post(url, {}, ada);
    expect([denied.status, denied.body.code]).toEqual([403, 'approval_required']);
  });

  it('is never for another user than that of a user token', async () => {
    const mallory = await world.user('mallory');
    const answer = await mallory.get(LIST, ada);
    expect([answer.status, answer.body.code]).toEqual([403, 'other_user']);
    expect(calls()).toEqual([]);
  });
});

/** As a client sends it: each byte of UTF-8 as one character of Latin-1, which is what Node makes of a header. */
const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('the user in Valetkey-User', () => {
  const IDS = ['jörg', '日本', 'émile@exämple.com', 'a%2Fb', 'ада', '👩‍🚀'];
  beforeAll(async () => {
    for (const id of IDS) await (await world.user(id)).connect('google', EVENTS);
  });
  const usersOf = async () => {
    await world.apps[0].get(CallEvents).settled();
    const rows = await world.database.query<{ user_id: string }>(
      `SELECT user_id FROM audit_events WHERE type = 'request.forwarded' ORDER BY seq DESC LIMIT 1`,
    );
    return rows[0]?.user_id;
  };
  const read = (header: string) => agent.get(`${LIST}?maxResults=1`, { 'valetkey-user': header });

  it.each(IDS.filter((id) => !id.includes('%')))('is %s when it comes in UTF-8', async (id) => {
    expect((await read(utf8(id))).status).toBe(200);
    expect(await usersOf()).toBe(id);
  });

  it.each(IDS)('is %s when it comes percent-encoded', async (id) => {
    expect((await read(encodeURIComponent(id))).status).toBe(200);
    expect(await usersOf()).toBe(id);
  });

  it.each([
    ['bytes of Latin-1', 'jörg'],
    ['an overlong form', '\u00c0\u00aeada'],
    ['half a character', '\u00e6\u0097'],
    ['an encoding of no character', '%FF'],
    ['an encoding that ends too early', 'ada%4'],
    ['a percent sign alone', '100%'],
    ['a dot', '.'],
    ['two dots, encoded', '%2E%2E'],
    ['nothing but white space', '%20%C2%A0'],
    ['white space at an end', '%20ada'],
    ['a line break', 'ada%0Aeve'],
    ['half a pair, encoded', '%ED%A0%BD'],
  ])('is nobody when it is %s', async (_, header) => {
    world.twin.control.clearCalls();
    const { status, body } = await read(header);
    expect([status, body.code, calls()]).toEqual([400, 'invalid_input', []]);
    expect(body.detail).toMatch(/^valetkey-user: /);
  });

  it('makes no user of what is no id', async () => {
    const users = await world.database.query<{ id: string }>(`SELECT id FROM users WHERE id LIKE '%Ã%'`);
    expect(users).toEqual([]);
  });
});
