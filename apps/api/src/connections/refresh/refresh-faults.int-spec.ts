import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault, TwinControl } from '@valetkey/twin';
import type { Caller, TwinWorld } from '../../platform/testing/index.js';
import { OAuthClient } from '../../oauth/index.js';
import { createConnectedWorld, GOOGLE, tokenBytes } from '../../authorizations/testing/index.js';

type Target = 'google' | 'github-app' | 'dropbox';
/** The fault, without the members that every row would repeat. */
type Strike = Fault extends infer One
  ? One extends unknown
    ? Omit<One, 'provider' | 'match' | 'times'>
    : never
  : never;

const TOKEN_PATHS: Record<Target, string> = {
  google: '/google/token',
  'github-app': '/github/login/oauth/access_token',
  dropbox: '/dropbox/api/oauth2/token',
};
const SCOPES: Record<Target, string> = {
  google: `${GOOGLE.readEvents} ${GOOGLE.sendMail}`,
  'github-app': '',
  dropbox: 'files.metadata.read',
};
const REASON_HEADER = 'valetkey-error';

/** Outages: say nothing about the grant. */
const TRANSIENT: Strike[] = [
  { fault: 'server_error', status: 500 },
  { fault: 'server_error', status: 502 },
  { fault: 'server_error', status: 503 },
  { fault: 'server_error', status: 504 },
  { fault: 'rate_limited' },
  { fault: 'rate_limited', retryAfterS: 7 },
  { fault: 'rate_limited', status: 403 },
  { fault: 'html', status: 403 },
  { fault: 'html', status: 200 },
  { fault: 'html', status: 400 },
  { fault: 'html', status: 500 },
  { fault: 'malformed_json', status: 200 },
  { fault: 'malformed_json', status: 400 },
  { fault: 'malformed_json', status: 502 },
  { fault: 'empty_body', status: 200 },
  { fault: 'empty_body', status: 400 },
  { fault: 'empty_body', status: 500 },
  { fault: 'connection_reset' },
  { fault: 'hang' },
];

/** The provider has worked, and its answer is no use; harmless where refresh tokens do not rotate. */
const LOST_ANSWERS: Strike[] = [
  { fault: 'answer_lost' },
  { fault: 'no_access_token' },
  { fault: 'server_error', status: 500, afterEffect: true },
  { fault: 'html', status: 200, afterEffect: true },
];

/** The provider's word that the grant is over. */
const FATAL: Strike[] = [
  { fault: 'invalid_grant' },
  { fault: 'invalid_grant', description: 'Bad Request' },
  { fault: 'invalid_grant', description: 'Token has been expired or revoked.' },
];

/** Answers that are good, whatever they leave out. */
const GOOD: Strike[] = [{ fault: 'omit_scope' }, { fault: 'slow', delayMs: 100 }];

const everywhere = (strikes: Strike[], targets: Target[] = ['google', 'github-app', 'dropbox']) =>
  targets.flatMap((target) => strikes.map((strike) => [target, strike] as const));

let world: TwinWorld;
let control: TwinControl;
let users = 0;
let usualTimeoutMs: number;
beforeAll(async () => {
  world = await createConnectedWorld();
  control = world.twin.control;
  usualTimeoutMs = client().timeoutMs;
});
afterAll(() => world.close());
beforeEach(() => {
  endFaults();
  world.clock.resume();
});

const client = () => world.apps[0].get(OAuthClient);

function endFaults(): void {
  control.clearFaults();
  client().timeoutMs = usualTimeoutMs;
}

async function expired(target: Target) {
  const user = await world.user(`user-${++users}`);
  const id = await user.connect(target, SCOPES[target]);
  world.clock.advance(10 * 3_600_000);
  control.clearCalls();
  return { user, id, before: await tokenBytes(world, id) };
}

/** A blip is tried again at once; who asks for peace gets it. */
const enough = (what: Strike) => (what.fault === 'rate_limited' && what.status === undefined ? 1 : 2);

function strike(target: Target, what: Strike, times = 1): void {
  // A provider that never responds must not be waited for; all others may take their time on a busy machine.
  if (what.fault === 'hang') client().timeoutMs = 400;
  const provider = target === 'github-app' ? 'github' : target;
  control.addFault({
    ...what,
    provider,
    times,
    match: { path: TOKEN_PATHS[target], grantType: 'refresh_token' },
  } as Fault);
}

const read = (user: Caller, target: Target) => user.get(`/my-account/identities/${target}/access-token`);
const status = async (user: Caller, id: string) => (await user.get(`/v1/connections/${id}`)).body;
const refreshes = () => control.calls({ grantType: 'refresh_token' }).length;

describe('a refresh that meets an outage', () => {
  it.each([...everywhere(TRANSIENT), ...everywhere(LOST_ANSWERS, ['google', 'dropbox'])])(
    'at %s (%j) answers 503, changes no sealed byte, and succeeds the next time',
    async (target, what) => {
      const { user, id, before } = await expired(target);
      strike(target, what, enough(what));
      const refused = await read(user, target);
      expect([refused.status, refused.body.code]).toEqual([503, 'connector.unavailable']);
      expect(refused.headers['retry-after']).toMatch(/^\d+$/);
      expect(await tokenBytes(world, id)).toEqual(before);
      expect(await status(user, id)).toMatchObject({
        status: 'expired',
        reason: 'refresh_failing',
        refreshable: true,
        lastFailure: { code: expect.stringMatching(/^(unavailable|transient|rate_limited|unknown)$/) },
      });
      endFaults();
      world.clock.advance(10_000);
      expect((await read(user, target)).status).toBe(200);
      const after = await status(user, id);
      expect([after.status, after.reason, after.lastFailure]).toEqual(['active', undefined, undefined]);
    },
  );

  it.each(everywhere([{ fault: 'server_error' }, { fault: 'html' }, { fault: 'connection_reset' }]))(
    'at %s (%j) that is over at once is not noticed by whoever reads',
    async (target, what) => {
      const { user, id } = await expired(target);
      strike(target, what);
      expect((await read(user, target)).status).toBe(200);
      expect((await status(user, id)).reason).toBeUndefined();
      expect(refreshes()).toBe(2);
    },
  );

  it('leaves a provider alone as long as it asks, and then succeeds', async () => {
    const { user, id } = await expired('google');
    world.clock.stop();
    strike('google', { fault: 'rate_limited', retryAfterS: 30 });
    await read(user, 'google');
    for (const soon of [await read(user, 'google'), await user.post(`/v1/connections/${id}/refresh`)])
      expect([soon.status, soon.headers['retry-after'], refreshes()]).toEqual([503, '30', 1]);
    world.clock.advance(30_000);
    expect((await read(user, 'google')).status).toBe(200);
  });

  it('leaves a provider in trouble alone for a while also where it asks for no wait', async () => {
    const { user } = await expired('google');
    strike('google', { fault: 'rate_limited', retryAfterS: 0 });
    await read(user, 'google');
    expect([(await read(user, 'google')).status, refreshes()]).toEqual([503, 1]);
  });

  it('hands on how long the provider wants to be left alone', async () => {
    const { user } = await expired('google');
    strike('google', { fault: 'rate_limited', retryAfterS: 7 });
    const refused = await read(user, 'google');
    expect([refused.headers['retry-after'], refused.body.retryAfterMs]).toEqual(['7', 7000]);
  });
});

describe('an answer that is lost where refresh tokens are used once', () => {
  it.each(LOST_ANSWERS)('(%j) cannot be had again: the connection ends, and says why', async (what) => {
    const { user, id } = await expired('github-app');
    strike('github-app', what);
    expect((await read(user, 'github-app')).status).toBe(404);
    expect(await status(user, id)).toMatchObject({ reason: 'refresh_answer_lost', refreshable: false });
    await user.connect('github-app', '');
    expect((await read(user, 'github-app')).status).toBe(200);
  });

  it('is not blamed for a grant that the user has ended since', async () => {
    const { user, id } = await expired('github-app');
    strike('github-app', { fault: 'invalid_grant' });
    await read(user, 'github-app');
    expect(await status(user, id)).toMatchObject({ reason: 'revoked' });
  });
});

describe('a refresh that the provider refuses', () => {
  it.each(everywhere(FATAL))(
    'at %s (%j) ends the connection, says so, and is not tried again',
    async (target, what) => {
      const { user, id } = await expired(target);
      strike(target, what);
      const refused = await read(user, target);
      expect([refused.status, refused.text, refused.headers[REASON_HEADER]]).toEqual([
        404,
        'null',
        'secrets.third_party_token_set.reauthorization_required',
      ]);
      expect(await status(user, id)).toMatchObject({
        status: 'expired',
        reason: 'revoked',
        refreshable: false,
      });
      expect((await read(user, target)).status).toBe(404);
      expect(refreshes()).toBe(1);
    },
  );

  it.each(['invalid_rapt', 'reauth related error (invalid_rapt)'])(
    'names Google’s demand to sign in again (%s)',
    async (description) => {
      const { user, id } = await expired('google');
      strike('google', { fault: 'invalid_grant', description });
      expect((await read(user, 'google')).status).toBe(404);
      expect(await status(user, id)).toMatchObject({ reason: 'reauthentication_required' });
    },
  );

  it.each(['google', 'github-app', 'dropbox'] as const)(
    'at %s follows a revocation by the user',
    async (target) => {
      const { user, id } = await expired(target);
      control.revokeTokens({ provider: target === 'github-app' ? 'github' : target });
      expect((await read(user, target)).status).toBe(404);
      expect(await status(user, id)).toMatchObject({ status: 'expired', reason: 'revoked' });
      await user.connect(target, SCOPES[target]);
      expect((await read(user, target)).status).toBe(200);
      expect((await status(user, id)).reason).toBeUndefined();
    },
  );

  it('condemns nobody for a client secret that the provider does not accept', async () => {
    const { user, id, before } = await expired('google');
    await world.database.query(`UPDATE connectors SET client_id = 'unknown' WHERE target = 'google'`);
    world.clock.advance(5000);
    expect((await read(user, 'google')).status).toBe(503);
    expect(await tokenBytes(world, id)).toEqual(before);
    await world.database.query(`UPDATE connectors SET client_id = $1 WHERE target = 'google'`, [
      control.clients().find(({ provider }) => provider === 'google')?.id,
    ]);
    world.clock.advance(5000);
    expect((await read(user, 'google')).status).toBe(200);
  });
});

describe('a refresh whose answer leaves something out', () => {
  it.each([
    ...everywhere(GOOD),
    ...everywhere(
      [{ fault: 'omit_refresh_token' }, { fault: 'rotate_refresh_token' }],
      ['google', 'dropbox'],
    ),
  ])('at %s (%j) keeps what was there, now and at the next expiry', async (target, what) => {
    const { user, id } = await expired(target);
    const { scopes } = await status(user, id);
    strike(target, what);
    expect((await read(user, target)).status).toBe(200);
    expect(await status(user, id)).toMatchObject({ status: 'active', refreshable: true, scopes });
    world.clock.advance(10 * 3_600_000);
    expect((await read(user, target)).status).toBe(200);
  });

  it('stores the scopes that the provider has really given, also when they are fewer', async () => {
    const { user, id } = await expired('google');
    strike('google', { fault: 'smaller_scope', scopes: ['openid', GOOGLE.readEvents] });
    expect((await read(user, 'google')).body.scope.split(' ').sort()).toEqual([GOOGLE.readEvents, 'openid']);
    expect((await status(user, id)).scopes).toHaveLength(2);
  });
});
