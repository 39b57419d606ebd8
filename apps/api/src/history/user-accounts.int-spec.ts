import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld, GOOGLE } from '../authorizations/testing/index.js';
import { HistoryModule } from './history.module.js';

const PAGE = '/connect/history';
const OWN = { origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' };

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld(1, {}, [HistoryModule]);
});
afterAll(() => world.close());

/** Where the form for an account on the page leads, as a browser without scripts finds it. */
const formOf = (html: string): string | undefined =>
  /<form method="post" action="(\/connect\/connections\/[^"]+)"/.exec(html)?.[1];
const isConnected = async (user: Caller, id: string) =>
  (await user.get(`/v1/connections/${id}`)).body.status === 'active';

describe("the accounts on the user's own page", () => {
  it('are listed by provider and account, and disconnected by a plain form', async () => {
    const user = await world.user('ada');
    const id = await user.connect('google', GOOGLE.readEvents);
    const { text } = await user.get(PAGE);
    expect(text).toContain('Your connected accounts');
    const path = formOf(text) as string;
    expect(path).toBe(`/connect/connections/${id}/disconnect`);

    const { status, headers } = await user.post(path, undefined, OWN);
    expect([status, headers['location']]).toEqual([303, PAGE]);
    expect(await isConnected(user, id)).toBe(false);
    const after = (await user.get(PAGE)).text;
    expect(formOf(after)).toBeUndefined();
    expect(after).toContain('No account of yours is connected.');
    expect(after).toMatch(/You disconnected your \w+ account\./);
  });

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    [
      'another site of the same domain',
      { origin: 'http://evil.localhost', 'sec-fetch-site': 'same-site' },
      403,
    ],
    ['an old browser at another site', { origin: 'https://evil.example' }, 403],
    ['a frame without an origin', { origin: 'null' }, 403],
    [
      'an app that may sign its users in',
      { origin: 'http://localhost:8080', 'sec-fetch-site': 'same-site' },
      403,
    ],
  ])('stay when %s sends the form', async (_who, headers, expected) => {
    const user = await world.user('grace');
    const id = await user.connect('google', GOOGLE.readEvents);
    const { status } = await user.post(`/connect/connections/${id}/disconnect`, undefined, headers);
    expect([status, await isConnected(user, id)]).toEqual([expected, true]);
  });

  it('stay when somebody else or nobody sends it', async () => {
    const user = await world.user('linus');
    const id = await user.connect('google', GOOGLE.readEvents);
    const path = `/connect/connections/${id}/disconnect`;
    const mallory = await world.user('mallory');
    expect((await mallory.post(path, undefined, OWN)).status).toBe(404);
    const stranger = await new Caller(world.apps[0].app).post(path, undefined, OWN);
    expect([stranger.status, stranger.text.includes('Who are you?')]).toEqual([401, true]);
    expect((await mallory.get(PAGE)).text).not.toContain(id);
    expect(await isConnected(user, id)).toBe(true);
  });
});
