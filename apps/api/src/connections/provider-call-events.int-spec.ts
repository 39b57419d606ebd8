import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld, GOOGLE } from '../authorizations/testing/index.js';

const CHECK = 'connection.checked';
const REVOKE = 'connection.revoked';

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterEach(() => world.twin.control.clearFaults());
afterAll(() => world.close());

async function connected(userId: string) {
  const user = await world.user(userId);
  const id = await user.connect('google', GOOGLE.readEvents);
  const { body } = await user.get(`/v1/connections/${id}`);
  return { user, id, scopes: body.scopes as string[] };
}

/** Oldest first. */
async function eventsOf(connectionId: string, type: string) {
  const operator = Caller.operator(world.apps[0].app);
  const { body } = await operator.get(`/v1/audit-events?connectionId=${connectionId}&type=${type}`);
  return body.data.reverse();
}

const taken = { durationMs: expect.any(Number) };

describe('the events of a live check', () => {
  it('hold the scopes in force, what the provider answered, and how long it took', async () => {
    const { user, id, scopes } = await connected('checks');
    await user.post(`/v1/connections/${id}/check`);
    const [intent, outcome, ...more] = await eventsOf(id, CHECK);
    expect(intent).toMatchObject({ outcome: 'intended', scopes, detail: { attempt: 1 } });
    expect(outcome).toMatchObject({
      outcome: 'succeeded',
      scopes,
      providerStatus: 200,
      ...taken,
      detail: { result: 'alive', intent: intent.id, calls: [{ status: 200, ...taken }] },
    });
    expect(more).toEqual([]);
  });

  it('tell of every request, when a refused token is refreshed and asked about again', async () => {
    const { user, id } = await connected('checks-twice');
    world.twin.control.expireTokens({ provider: 'google' });
    await user.post(`/v1/connections/${id}/check`);
    const [, second, outcome] = await eventsOf(id, CHECK);
    expect(outcome).toMatchObject({
      providerStatus: 200,
      detail: { intent: second.id, calls: [{ status: 401 }, { status: 200 }] },
    });
  });

  it('hold no status when no answer came', async () => {
    const { user, id, scopes } = await connected('checks-nobody');
    const match = { path: '/google/oauth2/v3/userinfo' };
    world.twin.control.addFault({ provider: 'google', fault: 'connection_reset', match });
    await user.post(`/v1/connections/${id}/check`);
    const outcome = (await eventsOf(id, CHECK)).at(-1);
    expect(outcome).toMatchObject({ outcome: 'failed', scopes, ...taken, detail: { result: 'unknown' } });
    expect(outcome.providerStatus).toBeUndefined();
  });
});

describe('the events of a revocation', () => {
  it('hold the scopes that end, what the provider answered, and how long it took', async () => {
    const { user, id, scopes } = await connected('revokes');
    await user.delete(`/my-account/connections/${id}`);
    const [intent, outcome] = await eventsOf(id, REVOKE);
    expect(intent).toMatchObject({ outcome: 'intended', scopes });
    expect(outcome).toMatchObject({
      outcome: 'succeeded',
      scopes,
      providerStatus: 200,
      ...taken,
      detail: { intent: intent.id },
    });
  });

  it('hold the status of a refusal, and none when no answer came', async () => {
    const { user, id } = await connected('revokes-later');
    const match = { path: '/revoke' };
    world.twin.control.addFault({ provider: 'google', fault: 'server_error', match });
    await user.delete(`/my-account/connections/${id}`);
    expect((await eventsOf(id, REVOKE))[1]).toMatchObject({
      outcome: 'failed',
      providerStatus: 503,
      ...taken,
    });
    const other = await connected('revokes-nobody');
    world.twin.control.clearFaults();
    world.twin.control.addFault({ provider: 'google', fault: 'connection_reset', match });
    await other.user.delete(`/my-account/connections/${other.id}`);
    const [, failed] = await eventsOf(other.id, REVOKE);
    expect(failed).toMatchObject({ outcome: 'failed', scopes: other.scopes, ...taken });
    expect(failed.providerStatus).toBeUndefined();
  });
});
