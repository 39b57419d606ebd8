import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import type { TwinWorld } from '../../platform/testing/index.js';
import { RefreshAhead } from './refresh-ahead.js';
import { createConnectedWorld, GOOGLE } from '../../authorizations/testing/index.js';

const TOKEN = '/my-account/identities/google/access-token';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let world: TwinWorld;
let ahead: RefreshAhead;
beforeAll(async () => {
  world = await createConnectedWorld();
  ahead = world.apps[0].get(RefreshAhead);
  world.clock.stop();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.twin.control.clearFaults();
  await world.database.query('DELETE FROM token_sets');
});

const refreshes = () => world.twin.control.calls({ grantType: 'refresh_token' }).length;

async function connected(userId: string) {
  const user = await world.user(userId);
  const id = await user.connect('google', GOOGLE.readEvents);
  world.twin.control.clearCalls();
  const view = async () => (await user.get(`/v1/connections/${id}`)).body;
  return { user, id, view };
}

/** One round of the worker. */
async function round() {
  for (const id of await ahead.due()) await ahead.refreshAhead(id);
}

describe('the worker', () => {
  it('refreshes a token minutes before it expires, and not sooner', async () => {
    const { id, view } = await connected('ada');
    world.clock.advance(50 * MINUTE_MS);
    await round();
    expect(refreshes()).toBe(0);
    world.clock.advance(6 * MINUTE_MS);
    expect(await ahead.due()).toEqual([id]);
    await round();
    expect(refreshes()).toBe(1);
    expect(await ahead.due()).toEqual([]);
    expect(Date.parse((await view()).expiresAt)).toBeGreaterThan(world.clock.now() + 59 * MINUTE_MS);
  });

  it('does the same job twice only once', async () => {
    const { id } = await connected('alan');
    world.clock.advance(56 * MINUTE_MS);
    await Promise.all([ahead.refreshAhead(id), ahead.refreshAhead(id)]);
    await ahead.refreshAhead(id);
    expect(refreshes()).toBe(1);
  });

  it('keeps a token in use fresh hour after hour, and gives an idle one a week', async () => {
    const { user } = await connected('grace');
    for (let hour = 1; hour <= 24 * 8; hour++) {
      world.clock.advance(56 * MINUTE_MS);
      await round();
      expect(refreshes()).toBeLessThanOrEqual(hour);
    }
    const inFirstWeek = refreshes();
    expect(inFirstWeek).toBeGreaterThan(24 * 7);
    world.clock.advance(5 * DAY_MS);
    await round();
    expect(refreshes()).toBe(inFirstWeek);
    world.clock.advance(2 * DAY_MS);
    await round();
    expect(refreshes()).toBe(inFirstWeek + 1);
    expect((await user.get(TOKEN)).status).toBe(200);
  });

  it('waits longer after each failure, and withholds nothing meanwhile', async () => {
    const { user, view } = await connected('barbara');
    world.clock.advance(55.5 * MINUTE_MS);
    world.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: '/token', grantType: 'refresh_token' },
    });
    const attempts: number[] = [];
    for (let seconds = 0; seconds < 60; seconds += 5) {
      await round();
      attempts.push(refreshes() / 2);
      world.clock.advance(5_000);
    }
    expect(attempts).toEqual([1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4]);
    expect(await view()).toMatchObject({ status: 'active', reason: 'refresh_failing' });
    expect((await user.get(TOKEN)).status).toBe(200);
    world.twin.control.clearFaults();
    world.clock.advance(MINUTE_MS);
    await round();
    expect((await view()).reason).toBeUndefined();
  });

  it('stops when the grant is dead, and says so once', async () => {
    const { user, id, view } = await connected('edsger');
    world.twin.control.revokeTokens({ provider: 'google' });
    world.clock.advance(56 * MINUTE_MS);
    await round();
    expect(await view()).toMatchObject({ status: 'expired', reason: 'revoked', refreshable: false });
    expect((await user.get(TOKEN)).status).toBe(404);
    expect(await ahead.due()).toEqual([]);
    const ended = await world.database.query(
      `SELECT 1 FROM audit_events WHERE connection_id = $1 AND type = 'connection.expired'`,
      [id],
    );
    expect(ended).toHaveLength(1);
  });

  it('leaves the connections of a disabled connector alone', async () => {
    await connected('tony');
    world.clock.advance(56 * MINUTE_MS);
    await world.database.query(`UPDATE connectors SET disabled_at = now() WHERE target = 'google'`);
    expect(await ahead.due()).toEqual([]);
    await world.database.query(`UPDATE connectors SET disabled_at = NULL WHERE target = 'google'`);
  });

  it('refreshes tokens that live for a minute within that minute', async () => {
    world.twin.control.updateClient(TWIN_CLIENT_IDS.google, { accessTokenLifetimeS: 60 });
    await connected('niklaus');
    world.clock.advance(41_000);
    expect(await ahead.due()).toEqual([]);
    world.clock.advance(8_000);
    await round();
    expect(refreshes()).toBe(1);
  });
});
