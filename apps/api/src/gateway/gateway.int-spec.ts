import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import type { Caller, TwinWorld } from '../platform/testing/index.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const READ = 'https://www.googleapis.com/auth/calendar.events.readonly';
const WRITE = 'https://www.googleapis.com/auth/calendar.events';
const LIST = '/v1/actions/google-calendar.events.list';
const CREATE = '/v1/actions/google-calendar.events.create';
const EVENTS = '/google/calendar/v3';

let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  world = await createGatewayWorld();
  agent = await world.agent();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.twin.control.clearFaults();
  world.twin.control.revokeTokens({});
  await world.database.query('DELETE FROM token_sets');
  world.twin.control.clearCalls();
});

const calendarCalls = () => world.twin.control.calls({ path: EVENTS });
const event = () => {
  const at = (hour: number) => ({ dateTime: `2027-03-01T${hour}:00:00Z` });
  return { summary: 'Tea', start: at(15), end: at(16) };
};

async function connect(userId: string, scope: string) {
  const id = await (await world.user(userId)).connect('google', scope);
  world.twin.control.clearCalls();
  return id;
}

function runs(userId: string) {
  return world.database.query<{ outcome: string; at: Date; detail: Record<string, unknown> }>(
    `SELECT outcome, at, detail FROM audit_events WHERE type = 'action.run' AND user_id = $1 ORDER BY seq`,
    [userId],
  );
}

describe('running an action', () => {
  it('answers the output, records intent and outcome, and tells neither token nor content', async () => {
    const connectionId = await connect('ada', READ);
    const answer = await agent.post(LIST, { userId: 'ada', input: {} });
    expect([answer.status, answer.body.connectionId]).toEqual([200, connectionId]);
    expect(answer.body.output.events.length).toBeGreaterThan(0);
    const [intent, outcome] = await runs('ada');
    expect([intent?.outcome, outcome?.outcome]).toEqual(['intended', 'succeeded']);
    expect(outcome?.detail['calls']).toEqual([expect.objectContaining({ method: 'GET', status: 200 })]);
    expect(JSON.stringify([intent, outcome, answer.body])).not.toMatch(/ya29\.|-twin-/);
    expect(JSON.stringify([intent, outcome])).not.toContain(answer.body.output.events[0].summary);
  });

  it('commits the intent before the provider is called and the outcome after it has answered', async () => {
    await connect('order', READ);
    world.twin.control.addFault({ provider: 'google', fault: 'slow', delayMs: 300, match: { path: EVENTS } });
    const running = agent.post(LIST, { userId: 'order', input: {} });
    while (calendarCalls().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await runs('order')).map(({ outcome }) => outcome)).toEqual(['intended']);
    await running;
    expect((await runs('order')).map(({ outcome }) => outcome)).toEqual(['intended', 'succeeded']);
  });

  it('is refused, and nothing is sent, when the intent cannot be recorded', async () => {
    await connect('unrecorded', WRITE);
    await world.database.breakAudit();
    const answers = [
      await agent.post(LIST, { userId: 'unrecorded', input: {} }),
      await agent.post(CREATE, { userId: 'unrecorded', input: event() }),
    ];
    await world.database.mendAudit();
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
      [503, 'audit_unavailable'],
      [503, 'audit_unavailable'],
    ]);
    expect(world.twin.control.calls()).toEqual([]);
  });

  it('tells what the provider did although the outcome cannot be recorded, so that nobody sends it again', async () => {
    await connect('half-recorded', WRITE);
    await world.database.breakAudit(`NEW.type = 'action.run' AND NEW.outcome <> 'intended'`);
    const done = await agent.post(CREATE, { userId: 'half-recorded', input: event() });
    world.twin.control.addFault({ provider: 'google', fault: 'answer_lost', match: { path: EVENTS } });
    const lost = await agent.post(CREATE, { userId: 'half-recorded', input: event() });
    await world.database.mendAudit();
    expect([done.status, done.body.output.summary]).toEqual([200, 'Tea']);
    expect([lost.status, lost.body.code]).toEqual([503, 'unavailable']);
    expect((await runs('half-recorded')).map(({ outcome }) => outcome)).toEqual(['intended', 'intended']);
  });

  it('renews a token that the provider no longer takes, once', async () => {
    await connect('renewed', READ);
    world.twin.control.expireTokens({ provider: 'google' });
    expect((await agent.post(LIST, { userId: 'renewed', input: {} })).status).toBe(200);
    expect(calendarCalls().map(({ status }) => status)).toEqual([401, 200]);
    expect(world.twin.control.calls({ grantType: 'refresh_token' })).toHaveLength(1);
  });

  it('asks for a new consent, with the link, when the grant is over', async () => {
    const connectionId = await connect('revoked', READ);
    world.twin.control.revokeTokens({ provider: 'google' });
    const { status, body } = await agent.post(LIST, { userId: 'revoked', input: {} });
    expect([status, body.code, body.connectionId]).toEqual([403, 'authorization_required', connectionId]);
    expect(body.authorizationUri).toMatch(/^http:\/\/localhost:3000\/connect\/aut_/);
    expect((await runs('revoked')).at(-1)?.outcome).toBe('failed');
  });

  it('asks for a connection when there is none, and gives the same link to whoever asks again', async () => {
    const [first, second] = [
      await agent.post(LIST, { userId: 'nobody', input: {} }),
      await agent.post(LIST, { userId: 'nobody', input: {} }),
    ];
    expect([first.status, first.body.code, first.body.missingScopes]).toEqual([
      403,
      'authorization_required',
      [READ],
    ]);
    expect(second.body.authorizationUri).toBe(first.body.authorizationUri);
  });

  it('sends nothing when our books lack a scope, and says which, with the link', async () => {
    await connect('narrow', READ);
    const { status, body } = await agent.post(CREATE, { userId: 'narrow', input: event() });
    expect([status, body.code, body.missingScopes]).toEqual([403, 'insufficient_scope', [WRITE]]);
    expect(body.authorizationUri).toContain('/connect/aut_');
    expect(calendarCalls()).toEqual([]);
  });

  it('believes the provider when it says that a scope is missing, and gives the link', async () => {
    const id = await connect('misled', READ);
    await world.database.query('UPDATE connections SET scopes = array_append(scopes, $2) WHERE id = $1', [
      id,
      WRITE,
    ]);
    const { status, body } = await agent.post(CREATE, { userId: 'misled', input: event() });
    expect([status, body.code, body.missingScopes]).toEqual([403, 'insufficient_scope', [WRITE]]);
    expect(body.authorizationUri).toContain('/connect/aut_');
    expect(calendarCalls().map((call) => call.status)).toEqual([403]);
  });

  it('names the page of the app, and no link, when the app itself lacks a permission', async () => {
    const { control } = world.twin;
    const connectionId = await (await world.user('app')).connect('github-app', 'repo');
    control.updateClient(TWIN_CLIENT_IDS.githubApp, { permissions: { issues: 'read' } });
    const input = { owner: 'octo', repo: 'demo', title: 'x' };
    const answer = await agent.post('/v1/actions/github.issues.create', {
      userId: 'app',
      connectionId,
      input,
    });
    control.updateClient(TWIN_CLIENT_IDS.githubApp, { permissions: undefined });
    const { status, body } = answer;
    expect([status, body.code, body.reason]).toEqual([403, 'insufficient_scope', 'app_permissions']);
    expect([body.missingScopes, body.fixUrl]).toEqual([['issues=write'], 'https://github.com/settings/apps']);
    expect(body.detail).toContain('connecting again does not help');
    expect(body).not.toHaveProperty('authorizationUri');
  });

  it.each([
    [{ fault: 'server_error', status: 503 } as const, 503, 'unavailable'],
    [{ fault: 'rate_limited', retryAfterS: 9 } as const, 429, 'rate_limited'],
    [{ fault: 'malformed_json' } as const, 502, 'unexpected_response'],
    [{ fault: 'connection_reset' } as const, 503, 'unavailable'],
  ])('puts the provider’s failure %j into words of its own', async (fault, status, code) => {
    await connect('failing', READ);
    world.clock.advance(10_000);
    world.twin.control.addFault({ ...fault, provider: 'google', match: { path: EVENTS } });
    const answer = await agent.post(LIST, { userId: 'failing', input: {} });
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([
      status,
      code,
      'retryAfterS' in fault ? '9' : undefined,
    ]);
    expect((await runs('failing')).at(-1)).toMatchObject({ outcome: 'failed', detail: { code } });
  });
});

describe('a token that the provider refuses', () => {
  const REPOSITORIES = '/v1/actions/github.repositories.list';

  it('and that cannot be refreshed ends the connection at once, with the link that revives it', async () => {
    const id = await (await world.user('lost')).connect('github', 'repo');
    const status = async () => (await agent.get(`/v1/connections/${id}`)).body;
    expect((await agent.post(REPOSITORIES, { userId: 'lost', input: {} })).status).toBe(200);
    world.twin.control.revokeTokens({});
    expect((await status()).status).toBe('active');
    const answer = await agent.post(REPOSITORIES, { userId: 'lost', input: {} });
    expect([answer.status, answer.body.code, answer.body.connectionId]).toEqual([
      403,
      'authorization_required',
      id,
    ]);
    expect(answer.body.authorizationUri).toContain('/connect/aut_');
    expect(await status()).toMatchObject({ status: 'expired', reason: 'revoked' });
  });

  it('ends a connection over the proxy as well, but one endpoint that refuses it does not', async () => {
    const id = await (await world.user('proxied')).connect('github', 'repo');
    const status = async () => (await agent.get(`/v1/connections/${id}`)).body.status;
    const user = { 'valetkey-user': 'proxied' };
    world.twin.control.addFault({
      provider: 'github',
      fault: 'html',
      status: 401,
      match: { path: '/github/api/user/repos' },
    });
    expect((await agent.get('/v1/proxy/github/user/repos', user)).status).toBe(401);
    expect(await status()).toBe('active');
    world.twin.control.clearFaults();
    world.twin.control.revokeTokens({});
    world.clock.advance(20_000);
    const answer = await agent.get('/v1/proxy/github/user/repos', user);
    expect([answer.status, answer.body.code, answer.body.connectionId]).toEqual([
      403,
      'authorization_required',
      id,
    ]);
    expect(answer.body.authorizationUri).toContain('/connect/aut_');
    expect(await status()).toBe('expired');
  });
});

describe('who may run what', () => {
  it('refuses a user token for another user, finds no connection of another user, and records both', async () => {
    const connectionId = await connect('victim', READ);
    const thief = await world.user('thief');
    const other = await thief.post(LIST, { userId: 'victim', input: {} });
    expect([other.status, other.body.code]).toEqual([403, 'other_user']);
    const named = await thief.post(LIST, { userId: 'thief', connectionId, input: {} });
    expect([named.status, named.body.code]).toEqual([404, 'not_found']);
    expect(
      await world.database.query(
        `SELECT 1 FROM audit_events WHERE type = 'access.denied' AND actor_id = 'thief'`,
      ),
    ).toHaveLength(2);
    expect(calendarCalls()).toEqual([]);
  });

  it.each([
    ['an unknown action', '/v1/actions/google-calendar.events.burn', {}, 404, 'unknown_action'],
    ['an unknown input', LIST, { surprise: true }, 400, 'invalid_input'],
    ['a wrong input', CREATE, { summary: 'x' }, 400, 'invalid_input'],
  ])('refuses %s before anything is looked up', async (_, url, input, status, code) => {
    const answer = await agent.post(url, { userId: 'victim', input });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(calendarCalls()).toEqual([]);
  });
});
