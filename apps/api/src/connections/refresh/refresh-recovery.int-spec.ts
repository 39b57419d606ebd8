import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import type { TwinWorld } from '../../platform/testing/index.js';
import { createConnectedWorld, GOOGLE, tokenRow } from '../../authorizations/testing/index.js';

const TOKEN = '/my-account/identities/google/access-token';
const HOURS_MS = 3_600_000;

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld();
  world.twin.control.updateClient(TWIN_CLIENT_IDS.google, {
    rotatesRefreshTokens: true,
    reuseRevokesFamily: true,
  });
});
afterAll(() => world.close());
beforeEach(() => world.twin.control.clearFaults());

const refreshes = () => world.twin.control.calls({ grantType: 'refresh_token' }).length;

async function until(what: () => boolean | Promise<boolean>) {
  for (let tries = 0; tries < 200; tries++) {
    if (await what()) return;
    await sleep(25);
  }
  throw new Error('it did not come to pass');
}

/** A read that is under way: the provider has the request and takes its time, before or after its work. */
async function reading(userId: string, delayMs = 600, afterEffect = false) {
  const user = await world.user(userId);
  const id = await user.connect('google', GOOGLE.readEvents);
  world.clock.advance(2 * HOURS_MS);
  world.twin.control.clearCalls();
  world.twin.control.addFault({
    provider: 'google',
    fault: 'slow',
    delayMs,
    afterEffect,
    match: { path: '/token', grantType: 'refresh_token' },
  });
  const answer = user.get(TOKEN);
  await until(() => refreshes() === 1);
  return { user, id, answer };
}

describe('a refresh whose answer comes', () => {
  it('while nothing can be written is kept in hand and stored once that is over', async () => {
    const { user, answer } = await reading('ada');
    await world.database.breakAudit();
    await sleep(1_500);
    await world.database.mendAudit();
    expect((await answer).status).toBe(200);
    world.clock.advance(2 * HOURS_MS);
    expect((await user.get(TOKEN)).status).toBe(200);
  });

  it('after its lease was lost waits for the other holder, and is stored when that one wrote nothing', async () => {
    const { user, id, answer } = await reading('alan');
    await world.database.query(
      `UPDATE token_sets SET lease_holder = 'another', lease_until = now() + interval '1500 milliseconds' WHERE connection_id = $1`,
      [id],
    );
    expect((await answer).status).toBe(200);
    expect(refreshes()).toBe(1);
    world.clock.advance(2 * HOURS_MS);
    expect((await user.get(TOKEN)).status).toBe(200);
  });

  it('after the user has disconnected leaves no token alive at the provider', async () => {
    const { user, id, answer } = await reading('grace', 1_000, true);
    expect((await user.delete(`/my-account/connections/${id}`)).status).toBe(200);
    expect((await answer).status).toBe(404);
    const pending = await world.database.query(`SELECT 1 FROM revocations WHERE connection_id = $1`, [id]);
    expect(pending).toHaveLength(2);
  });
});

describe('a refresh that fails for now', () => {
  it('leaves it to be read that a scope is missing', async () => {
    const user = await world.user('hedy');
    const id = await user.connect('google', GOOGLE.readEvents);
    await world.database.query(`UPDATE connections SET reason = 'scope_missing' WHERE id = $1`, [id]);
    world.clock.advance(2 * HOURS_MS);
    world.twin.control.addFault({ provider: 'google', fault: 'server_error', match: { path: '/token' } });
    expect((await user.get(TOKEN)).status).toBe(503);
    const { body } = await user.get(`/v1/connections/${id}`);
    expect([body.reason, body.lastFailure.code]).toEqual(['scope_missing', 'unavailable']);
  });
});

describe('a lease', () => {
  it('is extended as long as the provider takes', async () => {
    const { id, answer } = await reading('barbara', 4_500);
    const untilAt = async () => {
      const [row] = await world.database.query<{ lease_until: Date }>(
        'SELECT lease_until FROM token_sets WHERE connection_id = $1',
        [id],
      );
      return row?.lease_until.getTime() ?? 0;
    };
    const taken = await untilAt();
    await until(async () => (await untilAt()) > taken);
    expect((await answer).status).toBe(200);
  });

  it('of a process that died is taken over when it has run out', async () => {
    const user = await world.user('edsger');
    const id = await user.connect('google', GOOGLE.readEvents);
    world.clock.advance(2 * HOURS_MS);
    await world.database.query(
      `UPDATE token_sets SET lease_holder = 'dead', lease_until = now() + interval '1 second', unanswered_at = now() WHERE connection_id = $1`,
      [id],
    );
    expect((await user.get(TOKEN)).status).toBe(200);
    expect((await tokenRow(world, id)).lease_holder).toBeNull();
  });
});
