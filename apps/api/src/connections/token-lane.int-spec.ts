import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller, TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld, GOOGLE } from './testing/connected-world.js';
import { TokenLane } from './token-lane.js';

const GUIDE = '/my-account/identities/google/access-token';
let world: TwinWorld;
let user: Caller;
let agent: Caller;
let id: string;
beforeAll(async () => {
  world = await createConnectedWorld();
  user = await world.user('lane');
  agent = await world.agent(true);
  id = await user.connect('google', GOOGLE.readEvents);
});
afterAll(() => world.close());

const ofConnection = () => `/v1/connections/${id}/access-token`;
/** What the short way makes of a request: nothing, or a promise. */
const short = (caller: Caller, url: string, more: object = {}) => {
  const headers = { authorization: `Bearer ${caller.bearer}` };
  const request = { method: 'GET', url, headers, id: 'req_spec', ip: '127.0.0.1', ...more };
  const reply = { headers: () => undefined, send: () => undefined };
  return world.apps[0].get(TokenLane).answer(request as FastifyRequest, reply as unknown as FastifyReply);
};
const isTaken = async (caller: Caller, url: string) => {
  const answer = short(caller, url);
  await answer;
  return answer !== undefined;
};
/** As `isTaken`, right after a read; a slow machine may take longer than the second for which a key is remembered. */
const isTakenAfterRead = async (caller: Caller, url: string) => {
  for (let tries = 0; tries < 5; tries++) {
    await asSent(caller, url, ordinary);
    if (await isTaken(caller, url)) return true;
  }
  return false;
};
/** A read that is sent the ordinary way: one that announces a body. */
const ordinary = { 'content-type': 'application/json' };
const asSent = async (caller: Caller, url: string, headers: Record<string, string> = {}) => {
  const bearer = { authorization: `Bearer ${caller.bearer}` };
  const answer = await world.apps[0].app.inject({ url, headers: { ...bearer, ...headers } });
  const { date: _, ...rest } = answer.headers;
  return { status: answer.statusCode, headers: rest, body: answer.body };
};
const readEvents = async () =>
  (await world.database.query(`SELECT seq FROM audit_events WHERE type = 'access_token.read'`)).length;

describe('the short way to a token', () => {
  it('answers as the ordinary one does, header for header, on every path', async () => {
    for (const [caller, url] of [
      [user, GUIDE],
      [user, `/api${GUIDE}`],
      [user, ofConnection()],
      [agent, ofConnection()],
    ] as const) {
      const expected = await asSent(caller, url, ordinary);
      expect(expected.status).toBe(200);
      expect(await isTakenAfterRead(caller, url)).toBe(true);
      expect(await asSent(caller, url)).toEqual(expected);
    }
  });

  it('commits its audit event', async () => {
    const before = await readEvents();
    await asSent(user, GUIDE);
    await asSent(agent, ofConnection());
    expect(await readEvents()).toBe(before + 2);
  });

  it('is for those only whose credential was read a moment ago', async () => {
    const stranger = await world.user('lane-stranger');
    expect(await isTaken(stranger, GUIDE)).toBe(false);
    expect(await isTakenAfterRead(agent, ofConnection())).toBe(true);
    expect(await isTaken(agent, GUIDE)).toBe(false);
    world.clock.advance(1_001);
    expect(await isTaken(user, GUIDE)).toBe(false);
    await asSent(user, GUIDE);
    expect(await isTaken(user, GUIDE)).toBe(true);
  });

  it('takes nothing but the plain read', async () => {
    await asSent(user, GUIDE);
    for (const [url, more] of [
      [GUIDE, { method: 'HEAD' }],
      [GUIDE, { method: 'PUT' }],
      [`${GUIDE}?connectionId=${id}`, {}],
      ['/my-account/identities/a%2Fb/access-token', {}],
      ['/v1/connections/x/access-token', {}],
    ] as const)
      expect([url, short(user, url, more)]).toEqual([url, undefined]);
  });

  it("leaves what is not a success to the ordinary one: another user's connection, no right to tokens, none stored", async () => {
    const other = await world.user('lane-other');
    const poor = await world.agent(false);
    for (const [caller, url, status, code] of [
      [other, ofConnection(), 404, 'not_found'],
      [poor, ofConnection(), 403, 'raw_tokens_denied'],
      [other, `/api${GUIDE}`, 404, 'secrets.third_party_token_set.token_not_found'],
    ] as const) {
      await expect(isTakenAfterRead(caller, url)).rejects.toThrow();
      const { status: sent, body } = await asSent(caller, url);
      expect([url, sent, (JSON.parse(body) as { code: string }).code]).toEqual([url, status, code]);
    }
    expect(await asSent(other, GUIDE)).toMatchObject({ status: 404, body: 'null' });
  });

  it('asks a provider that is down no more often than the ordinary one, and says the same', async () => {
    const asked = async (headers: Record<string, string>) => {
      await asSent(user, GUIDE, ordinary);
      const expired = new Date(world.clock.now() - 60_000);
      await world.database.query(
        `UPDATE token_sets SET expires_at = $1, retry_at = NULL WHERE connection_id = $2`,
        [expired, id],
      );
      world.twin.control.addFault({ provider: 'google', fault: 'server_error', match: { path: '/token' } });
      world.twin.control.clearCalls();
      const { status, body } = await asSent(user, GUIDE, headers);
      const { code, detail } = JSON.parse(body) as { code: string; detail: string };
      const calls = world.twin.control.calls({ path: '/token' }).length;
      world.twin.control.clearFaults();
      world.clock.advance(120_000);
      return { status, code, detail, calls };
    };
    const expected = await asked(ordinary);
    expect(expected).toMatchObject({ status: 503, code: 'connector.unavailable' });
    expect(await asked({})).toEqual(expected);
  });
});
