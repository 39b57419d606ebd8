import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findProvider } from '@valetkey/providers';
import { Caller, type Answer, type TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';
import { ProviderPauses } from './provider-pauses.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const NOTES = { userId: 'ada', input: {} };

let world: TwinWorld;
let here: Caller;
let elsewhere: Caller;
beforeAll(async () => {
  world = await createGatewayWorld(2);
  here = await world.agent();
  elsewhere = new Caller((world.apps[1] ?? world.apps[0]).app, here.bearer);
  const ada = await world.user('ada');
  await ada.connect('google', EVENTS);
  await ada.connect('github', 'repo');
  await ada.connect('dropbox', 'account_info.read');
});
afterAll(() => world.close());
beforeEach(() => {
  world.twin.control.clearFaults();
  world.twin.control.clearCalls();
  world.clock.advance(2 * 3_600_000);
  world.clock.stop();
});

const action = (caller: Caller) => caller.post('/v1/actions/google-calendar.events.list', NOTES);
const proxied = (path: string, caller = here) => caller.get(`/v1/proxy/${path}`, { 'valetkey-user': 'ada' });
const calendar = (caller = here) => proxied('google-calendar/calendars/primary/events', caller);
const calls = (path: string) => world.twin.control.calls({ path }).length;
const refusal = ({ status, body, headers }: Answer) => [
  status,
  body.code,
  body.reason,
  headers['retry-after'],
];

function limit(provider: 'google' | 'github' | 'dropbox', more: object): void {
  world.twin.control.addFault({ provider, fault: 'rate_limited', times: 1, ...more });
}

describe('an account that a provider wants to be left alone', () => {
  it('makes no call until then, by action or proxy, in any process', async () => {
    limit('google', { retryAfterS: 30, match: { path: '/calendar/v3' } });
    expect(refusal(await action(here))).toEqual([429, 'rate_limited', 'rateLimitExceeded', '30']);
    world.clock.advance(1_000);
    for (const answer of [
      await action(here),
      await action(elsewhere),
      await calendar(),
      await calendar(elsewhere),
    ])
      expect(refusal(answer)).toEqual([429, 'rate_limited', 'paused', '29']);
    expect(calls('/google/calendar')).toBe(1);
    world.clock.advance(29_001);
    expect([(await action(elsewhere)).status, (await calendar()).status]).toEqual([200, 200]);
    expect(calls('/google/calendar')).toBe(3);
  });

  it('learns that through the proxy as well, whose answer passes', async () => {
    limit('google', { retryAfterS: 30, match: { path: '/calendar/v3' } });
    const passed = await calendar(elsewhere);
    expect([passed.status, passed.headers['retry-after'], passed.body.error.code]).toEqual([429, '30', 429]);
    expect(refusal(await calendar(elsewhere))).toEqual([429, 'rate_limited', 'paused', '30']);
    expect(calls('/google/calendar')).toBe(1);
  });

  it('is that for this provider only, and not its other users', async () => {
    limit('google', { retryAfterS: 30, match: { path: '/calendar/v3' } });
    await calendar();
    expect((await proxied('github/user')).status).toBe(200);
    await (await world.user('grace')).connect('google', EVENTS, { account: 'alan@example.com' });
    const other = await here.get('/v1/proxy/google-calendar/calendars/primary/events', {
      'valetkey-user': 'grace',
    });
    expect(other.status).toBe(200);
  });

  it('is left alone for as long as a secondary limit asks, or a minute', async () => {
    limit('github', { status: 403, reason: 'secondary', retryAfterS: 90 });
    expect((await proxied('github/user')).status).toBe(403);
    expect(refusal(await proxied('github/search/issues?q=x'))).toEqual([429, 'rate_limited', 'paused', '90']);
    world.clock.advance(90_001);
    limit('github', { status: 429, reason: 'secondary' });
    await proxied('github/user');
    expect(refusal(await proxied('github/user'))).toEqual([429, 'rate_limited', 'paused', '60']);
  });

  it('is tried again after an hour, whatever the provider asks', async () => {
    limit('google', { retryAfterS: 86_400, match: { path: '/calendar/v3' } });
    await calendar();
    expect(refusal(await calendar())).toEqual([429, 'rate_limited', 'paused', '3600']);
  });
});

describe('a limit that is used up', () => {
  it('stops the requests that count in it until it is new, and no others', async () => {
    limit('github', { status: 403 });
    expect((await proxied('github/user')).headers['x-ratelimit-remaining']).toBe('0');
    world.clock.advance(1_000);
    expect(refusal(await proxied('github/user', elsewhere)).slice(0, 3)).toEqual([
      429,
      'rate_limited',
      'paused',
    ]);
    expect((await proxied('github/search/issues?q=x')).status).toBe(200);
    world.clock.advance(61_000);
    expect((await proxied('github/user')).status).toBe(200);
  });
});

describe('a limit of which only the body speaks', () => {
  const tooFast = (reason = 'rateLimitExceeded', status = 403) =>
    limit('google', { status, reason, match: { path: '/calendar/v3' } });

  /** Refused so often, each time after the wait before. */
  async function refused(times: number, call: () => Promise<Answer>): Promise<void> {
    for (let wait = 1_001; times > 0; times -= 1, wait *= 2) {
      tooFast();
      expect((await call()).headers['retry-after']).toBeUndefined();
      if (times > 1) world.clock.advance(wait);
    }
  }

  it('holds the account’s next call until the moment is over', async () => {
    world.clock.resume();
    tooFast();
    expect(refusal(await action(here)).slice(0, 3)).toEqual([429, 'rate_limited', 'rateLimitExceeded']);
    expect((await action(here)).status).toBe(200);
    const [first, second] = world.twin.control.calls({ path: '/google/calendar' });
    expect(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(990);
  });

  it.each([
    ['an action', () => action(here)],
    ['the proxy', () => calendar()],
  ])('asks for more patience each time, heard by %s, and not of other users', async (_, call) => {
    await refused(3, call);
    for (const answer of [await action(here), await calendar()])
      expect(refusal(answer)).toEqual([429, 'rate_limited', 'paused', '4']);
    expect(calls('/google/calendar')).toBe(3);
    await (await world.user('grace')).connect('google', EVENTS, { account: 'alan@example.com' });
    const headers = { 'valetkey-user': 'grace' };
    const grace = await here.get('/v1/proxy/google-calendar/calendars/primary/events', headers);
    expect(grace.status).toBe(200);
    world.clock.advance(4_001);
    expect((await action(here)).status).toBe(200);
    expect(calls('/google/calendar')).toBe(5);
  });

  it('passes through the proxy as the provider wrote it', async () => {
    tooFast('userRateLimitExceeded');
    const { status, body } = await calendar();
    expect([status, body.error.errors[0].reason]).toEqual([403, 'userRateLimitExceeded']);
  });

  it('is none of the account when it is a limit on one kind of request', async () => {
    tooFast('quotaExceeded');
    expect((await calendar()).status).toBe(403);
    expect((await calendar()).status).toBe(200);
    expect(calls('/google/calendar')).toBe(2);
  });

  it('is a minute for GitHub, then two', async () => {
    for (const seconds of [60, 120]) {
      limit('github', { status: 403, reason: 'secondary' });
      expect((await proxied('github/user')).status).toBe(403);
      const paused = [429, 'rate_limited', 'paused', String(seconds)];
      expect(refusal(await proxied('github/user'))).toEqual(paused);
      world.clock.advance(seconds * 1_000 + 1);
    }
  });

  it('is heard in GraphQL, which answers 200', async () => {
    limit('github', { status: 200, match: { path: '/api/graphql' } });
    const query = { query: '{ viewer { login } }' };
    const ada = await world.user('ada');
    const ask = () => ada.post('/v1/proxy/github/graphql', query);
    expect((await ask()).body.errors[0].type).toBe('RATE_LIMITED');
    expect(refusal(await ask())).toEqual([429, 'rate_limited', 'paused', '60']);
    expect(calls('/api/graphql')).toBe(1);
  });

  it('is the first wait again after a success, which GraphQL gives with status 200 like a refusal', async () => {
    const pauses = world.apps[0]!.app.get(ProviderPauses);
    const github = findProvider('github')!;
    const query = { method: 'POST', path: '/graphql' };
    const hear = (refusal: object) =>
      pauses.learn(github, 'grace', { statusCode: 200, headers: {}, refusal });
    for (let round = 0; round < 2; round += 1) {
      await hear({ errors: [{ type: 'RATE_LIMITED' }] });
      expect(Math.ceil((await pauses.waitFor(github, 'grace', query)) / 1_000)).toBe(60);
      world.clock.advance(60_001);
      await hear({ data: { viewer: { login: 'grace' } } });
      expect(await pauses.waitFor(github, 'grace', query)).toBe(0);
    }
  });

  it('is as long as Dropbox says there', async () => {
    limit('dropbox', { retryAfterS: 15, bodyOnly: true, match: { path: '/api/2/users' } });
    const path = '/v1/proxy/dropbox/users/get_current_account';
    const ask = () => here.post(path, undefined, { 'valetkey-user': 'ada' });
    expect((await ask()).status).toBe(429);
    expect(refusal(await ask())).toEqual([429, 'rate_limited', 'paused', '15']);
  });
});
