import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Caller, type Answer, type TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld, GOOGLE } from './testing/connected-world.js';

let world: TwinWorld;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());
afterEach(() => world.twin.control.clearFaults());

/** A user whose grant is over, without our having noticed. */
async function revoked(userId: string) {
  const user = await world.user(userId);
  const id = await user.connect('google', GOOGLE.sendMail);
  world.twin.control.revokeTokens({ provider: 'google' });
  world.clock.advance(3_700_000);
  return { user, id };
}

/** It names the link, and the link is for this very connection and what it could do. */
async function expectLink({ status, body }: Answer, id: string, userId: string): Promise<void> {
  expect([status, body.code.split('.').at(-1)]).toEqual([403, 'reauthorization_required']);
  expect(body).toMatchObject({ reason: 'revoked', connectionId: id });
  expect(body.authorizationUri).toMatch(/^http:\/\/localhost:3000\/connect\/aut_\w+$/);
  expect(body.authorizationUri).toContain(body.authorizationId);
  expect(Date.parse(body.authorizationExpiresAt)).toBeGreaterThan(world.clock.now());
  const [record] = await world.database.query('SELECT * FROM authorizations WHERE id = $1', [
    body.authorizationId,
  ]);
  expect(record).toMatchObject({ user_id: userId, for_connection_id: id });
  expect(record?.['requested_scopes']).toContain(GOOGLE.sendMail);
}

describe('a connection that no longer works', () => {
  it('brings the link to a user and an agent who read its token', async () => {
    const { user, id } = await revoked('reader');
    const agent = await world.agent(true);
    const path = `/v1/connections/${id}/access-token`;
    const first = await user.get(path);
    await expectLink(first, id, 'reader');
    await expectLink(await agent.get(path), id, 'reader');
    expect((await user.get(path)).body.authorizationUri).toBe(first.body.authorizationUri);
  });

  it('brings the link to whoever asks for a refresh, operators as well', async () => {
    const { user, id } = await revoked('refresher');
    const operator = Caller.operator(world.apps[0].app);
    await expectLink(await user.post(`/v1/connections/${id}/refresh`), id, 'refresher');
    await expectLink(await operator.post(`/v1/operator/connections/${id}/refresh`), id, 'refresher');
  });

  it('brings the link where Logto’s answer is given, and null where the guide reads it', async () => {
    const { user, id } = await revoked('logto');
    const path = '/my-account/identities/google/access-token';
    const guide = await user.get(path);
    expect([guide.status, guide.text]).toEqual([404, 'null']);
    const before = await world.database.query(
      'SELECT id FROM authorizations WHERE user_id = $1 AND kind = $2',
      ['logto', 'hosted'],
    );
    expect(before).toEqual([]);
    const answer = await user.get(`/api${path}`);
    expect(answer.body.message).toBe(answer.body.detail);
    await expectLink(answer, id, 'logto');
  });

  it('works again over the guide’s way, and then needs no link', async () => {
    const { user, id } = await revoked('back');
    await user.get(`/v1/connections/${id}/access-token`);
    expect(await user.connect('google', GOOGLE.sendMail)).toBe(id);
    expect((await user.get(`/v1/connections/${id}/access-token`)).status).toBe(200);
  });
});
