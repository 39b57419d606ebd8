import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault, TwinControl } from '@valetkey/twin';
import { Caller, type TestApp, type TwinWorld } from '../../platform/testing/index.js';
import type { SealedConnection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { GrantTerminations } from '../grants/grant-terminations.js';
import { OAuthClient } from '../../oauth/index.js';
import { createConnectedWorld, GOOGLE } from '../../authorizations/testing/index.js';

const GUIDE = '/my-account/identities/google/access-token';
const HOUR_MS = 3_600_000;

let world: TwinWorld;
let control: TwinControl;
let agent: Caller;
let users = 0;
beforeAll(async () => {
  world = await createConnectedWorld(2);
  control = world.twin.control;
  agent = await world.agent(true);
  for (const app of world.apps) app.get(OAuthClient).timeoutMs = 1_500;
});
afterAll(() => world.close());
beforeEach(() => {
  control.clearFaults();
  // A token that ends in five seconds must not end before it is read.
  world.clock.stop();
});

/** A user whose token ends in five seconds, and was read once, when it was stored. */
async function soonOver() {
  const user = await world.user(`early-${++users}`);
  const id = await user.connect('google', GOOGLE.readEvents);
  world.clock.advance(HOUR_MS - 6_000);
  control.clearCalls();
  return { user, id };
}

const strike = (fault: 'server_error' | 'hang' | 'invalid_grant' | 'slow', more: object = {}) =>
  control.addFault({
    fault,
    provider: 'google',
    times: 2,
    match: { path: '/google/token', grantType: 'refresh_token' },
    ...more,
  } as Fault);
const refreshes = () => control.calls({ grantType: 'refresh_token' }).length;
const inSecondProcess = (caller: Caller) => new Caller((world.apps[1] as TestApp).app, caller.bearer);
const readsOf = async (id: string) =>
  (
    await world.database.query(
      `SELECT 1 FROM audit_events WHERE type = 'access_token.read' AND connection_id = $1`,
      [id],
    )
  ).length;

describe('a token that is about to expire', () => {
  it('is given out all the same when its early refresh fails', async () => {
    const { user } = await soonOver();
    strike('server_error');
    const answer = await user.get(GUIDE);
    expect([answer.status, answer.body.expiresIn <= 5]).toEqual([200, true]);
    control.clearCalls();
    expect((await user.get(GUIDE)).status).toBe(200);
    expect(refreshes()).toBe(0);
  });

  it('is given out without waiting for a provider that takes its time', async () => {
    const { user } = await soonOver();
    strike('hang');
    world.apps[0].get(OAuthClient).timeoutMs = 6_000;
    const startedAt = performance.now();
    const answer = await user.get(GUIDE);
    world.apps[0].get(OAuthClient).timeoutMs = 1_500;
    expect([answer.status, performance.now() - startedAt < 5_000]).toEqual([200, true]);
  });

  it('is refreshed early when the provider answers', async () => {
    const { user } = await soonOver();
    expect((await user.get(GUIDE)).body.expiresIn).toBeGreaterThan(3_000);
  });

  it('is given out to nobody any more, in no process, once the provider says that the grant is over', async () => {
    const { user, id } = await soonOver();
    control.revokeTokens({ provider: 'google' });
    const ofConnection = `/v1/connections/${id}/access-token`;
    const answers = await Promise.all([
      user.get(GUIDE),
      agent.get(ofConnection),
      inSecondProcess(user).get(GUIDE),
      inSecondProcess(agent).get(ofConnection),
    ]);
    answers.push(await user.get(GUIDE), await agent.get(ofConnection));
    expect(answers.map(({ status }) => status)).toEqual([404, 403, 404, 403, 404, 403]);
    for (const { text } of answers) expect(text).not.toContain('ya29');
    expect(answers[1]?.body).toMatchObject({
      code: 'reauthorization_required',
      reason: 'revoked',
      authorizationUri: expect.stringContaining('/connect/aut_'),
    });
    expect([refreshes(), await readsOf(id)]).toEqual([1, 1]);
    expect((await user.get(`/v1/connections/${id}`)).body).toMatchObject({
      status: 'expired',
      reason: 'revoked',
      refreshable: false,
    });
  });
});

it('gives out no token set whose grant has ended while it was refreshed', async () => {
  const { user, id } = await soonOver();
  world.clock.advance(HOUR_MS);
  strike('slow', { delayMs: 300 });
  const reading = user.get(GUIDE);
  await sleep(150);
  const { get } = world.apps[0];
  const rows = get(ConnectionsRepository);
  const connection = (await rows.findConnection(id)) as SealedConnection;
  const end = { reason: 'revoked', actor: { type: 'system', id: 'spec' }, at: world.clock.date() } as const;
  await rows.inTransaction((tx) =>
    get(GrantTerminations).endVersion(tx, connection, 1, { ...end, detail: {} }),
  );
  const { status, text } = await reading;
  expect([status, text, refreshes(), await readsOf(id)]).toEqual([404, 'null', 1, 1]);
});
