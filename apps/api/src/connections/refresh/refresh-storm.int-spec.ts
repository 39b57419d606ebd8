import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { Caller, verifyTree, type TwinWorld } from '../../platform/testing/index.js';
import { createConnectedWorld, GOOGLE, tokenRow } from '../../authorizations/testing/index.js';

const TOKEN = '/my-account/identities/google/access-token';
const HOURS_MS = 3_600_000;

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld(2);
  world.twin.control.updateClient(TWIN_CLIENT_IDS.google, {
    rotatesRefreshTokens: true,
    reuseRevokesFamily: true,
  });
});
afterAll(() => world.close());
beforeEach(() => {
  world.twin.control.clearFaults();
  world.twin.control.addFault({
    provider: 'google',
    fault: 'slow',
    delayMs: 200,
    match: { path: '/token', grantType: 'refresh_token' },
  });
});

const refreshes = () =>
  world.twin.control.calls({ path: '/google/token', grantType: 'refresh_token' }).length;

async function connected(userId: string) {
  const user = await world.user(userId);
  const id = await user.connect('google', GOOGLE.readEvents);
  world.clock.advance(2 * HOURS_MS);
  world.twin.control.clearCalls();
  return { user, id };
}

async function expectAlive(user: Caller) {
  world.clock.advance(2 * HOURS_MS);
  expect((await user.get(TOKEN)).status).toBe(200);
}

describe('an expired token that rotates and dies when a refresh token comes twice', () => {
  it('is refreshed by one call for 200 readers in one process, all of whom get the new token', async () => {
    const { user } = await connected('ada');
    const answers = await Promise.all(Array.from({ length: 200 }, () => user.get(TOKEN)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1);
    expect(refreshes()).toBe(1);
    await expectAlive(user);
  });

  it('is refreshed by one call for 200 readers in two processes', async () => {
    const { user } = await connected('alan');
    const users = world.apps.map(({ app }) => new Caller(app, user.bearer));
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => users[n % 2]?.get(TOKEN)));
    expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set([200]));
    expect(new Set(answers.map((answer) => answer?.body.accessToken)).size).toBe(1);
    expect(refreshes()).toBe(1);
    await expectAlive(user);
  });

  it('stays alive through five expiries with readers in two processes', async () => {
    const { user } = await connected('grace');
    const users = world.apps.map(({ app }) => new Caller(app, user.bearer));
    for (let expiry = 1; expiry <= 5; expiry++) {
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => users[n % 2]?.get(TOKEN)));
      expect(answers.filter((answer) => answer?.status !== 200)).toEqual([]);
      expect(refreshes()).toBe(expiry);
      world.clock.advance(2 * HOURS_MS);
    }
  });

  it('is not asked for at all while the audit log cannot be written, and lives on afterwards', async () => {
    const { user, id } = await connected('edsger');
    const before = await tokenRow(world, id);
    await world.database.breakAudit();
    const refused = await user.get(TOKEN);
    await world.database.mendAudit();
    expect(refused.status).toBe(503);
    expect(world.twin.control.calls()).toEqual([]);
    expect(await tokenRow(world, id)).toEqual(before);
    expect((await user.get(TOKEN)).status).toBe(200);
  });

  it('leaves a chain that verifies, with each refresh intended before it succeeded', async () => {
    await verifyTree(world.database);
    const rows = await world.database.query<{ outcome: string }>(
      `SELECT outcome FROM audit_events WHERE type = 'token_set.refreshed' ORDER BY seq`,
    );
    expect(rows.slice(0, 2).map(({ outcome }) => outcome)).toEqual(['intended', 'succeeded']);
  });
});
