import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type Answer, type TwinWorld } from '../platform/testing/index.js';
import { createGatewayWorld } from './testing/gateway-world.js';

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
});
afterAll(() => world.close());
beforeEach(() => {
  world.twin.control.clearFaults();
  world.twin.control.clearCalls();
  world.clock.advance(2 * 3_600_000);
});

const action = (caller: Caller) => caller.post('/v1/actions/google-calendar.events.list', NOTES);
const proxied = (path: string, caller = here) => caller.get(`/v1/proxy/${path}`, { 'valetkey-user': 'ada' });
const calendar = (caller = here) => proxied('google-calendar/calendars/primary/events', caller);
const calls = (path: string) => world.twin.control.calls({ path }).length;
const said = ({ status, body, headers }: Answer) => [status, body.code, body.reason, headers['retry-after']];

function limit(provider: 'google' | 'github', more: object): void {
  world.twin.control.addFault({ provider, fault: 'rate_limited', times: 1, ...more });
}

describe('an account that a provider wants to be left alone', () => {
  it('makes no call until then, by action or proxy, in any process', async () => {
    limit('google', { retryAfterS: 30, match: { path: '/calendar/v3' } });
    expect(said(await action(here))).toEqual([429, 'rate_limited', 'rateLimitExceeded', '30']);
    world.clock.advance(1_000);
    for (const answer of [
      await action(here),
      await action(elsewhere),
      await calendar(),
      await calendar(elsewhere),
    ])
      expect(said(answer)).toEqual([429, 'rate_limited', 'paused', '29']);
    expect(calls('/google/calendar')).toBe(1);
    world.clock.advance(29_001);
    expect([(await action(elsewhere)).status, (await calendar()).status]).toEqual([200, 200]);
    expect(calls('/google/calendar')).toBe(3);
  });

  it('learns that through the proxy as well, whose answer passes', async () => {
    limit('google', { retryAfterS: 30, match: { path: '/calendar/v3' } });
    const passed = await calendar(elsewhere);
    expect([passed.status, passed.headers['retry-after'], passed.body.error.code]).toEqual([429, '30', 429]);
    expect(said(await calendar(elsewhere))).toEqual([429, 'rate_limited', 'paused', '30']);
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
    expect(said(await proxied('github/search/issues?q=x'))).toEqual([429, 'rate_limited', 'paused', '90']);
    world.clock.advance(90_001);
    limit('github', { status: 429, reason: 'secondary' });
    await proxied('github/user');
    expect(said(await proxied('github/user'))).toEqual([429, 'rate_limited', 'paused', '60']);
  });

  it('is tried again after an hour, whatever the provider asks', async () => {
    limit('google', { retryAfterS: 86_400, match: { path: '/calendar/v3' } });
    await calendar();
    expect(said(await calendar())).toEqual([429, 'rate_limited', 'paused', '3600']);
  });
});

describe('a limit that is used up', () => {
  it('stops the requests that count in it until it is new, and no others', async () => {
    limit('github', { status: 403 });
    expect((await proxied('github/user')).headers['x-ratelimit-remaining']).toBe('0');
    world.clock.advance(1_000);
    expect(said(await proxied('github/user', elsewhere)).slice(0, 3)).toEqual([
      429,
      'rate_limited',
      'paused',
    ]);
    expect((await proxied('github/search/issues?q=x')).status).toBe(200);
    world.clock.advance(61_000);
    expect((await proxied('github/user')).status).toBe(200);
  });

  it('of which no word is said when to come back stops nobody', async () => {
    limit('google', { match: { path: '/calendar/v3' } });
    expect((await calendar()).status).toBe(429);
    expect((await calendar()).status).toBe(200);
  });
});
