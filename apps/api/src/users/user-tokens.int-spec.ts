import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { AuditModule } from '../audit/index.js';
import { OperatorsModule } from '../operators/index.js';
import {
  Caller,
  createWorld,
  type TestDatabase,
  type TestApp,
  type TestClock,
  type World,
} from '../platform/testing/index.js';
import { VaultModule } from '../vault/index.js';
import { Issuer, type Document } from './testing/issuer.js';
import { UsersModule } from './users.module.js';

const MINE = '/v1/audit-events';

const issuer = new Issuer();
let world: World<readonly [TestApp, TestApp]>;
let database: TestDatabase;
let apps: readonly [TestApp, TestApp];
let clock: TestClock;
beforeAll(async () => {
  await issuer.start();
  const trusted = [
    { issuer: issuer.url, audience: 'our-app' },
    {
      issuer: 'https://claims.example',
      audience: 'our-app',
      jwksUri: `${issuer.url}/keys`,
      userIdClaim: 'uid',
    },
  ];
  const rooms = [UsersModule, OperatorsModule, VaultModule, AuditModule];
  const env = { VALETKEY_USER_ISSUERS: JSON.stringify(trusted) };
  world = await createWorld({ rooms, env, processes: 2 });
  ({ database, apps, clock } = world);
});
afterAll(async () => {
  await world.close();
  await issuer.stop();
});

const nowS = () => Math.floor(clock.now() / 1000);
const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: issuer.url,
  aud: 'our-app',
  sub: 'ada',
  exp: nowS() + 600,
  ...more,
});
const status = async (token: string, app = apps[0]) => (await new Caller(app.app, token).get(MINE)).status;
const minted = async (userId: string, expiresIn?: number) =>
  (await Caller.operator(apps[0].app).post(`/v1/users/${userId}/tokens`, { expiresIn })).body
    .accessToken as string;

describe('a user token that we minted', () => {
  it('is taken by every process', async () => {
    const token = await minted('ada');
    expect([await status(token), await status(token, apps[1])]).toEqual([200, 200]);
  });

  it('verifies with the keys that we publish, which hold no private part', async () => {
    const { body } = await new Caller(apps[1].app).get('/.well-known/jwks.json');
    expect(body.keys).toEqual([expect.objectContaining({ kty: 'EC', alg: 'ES256', use: 'sig' })]);
    expect(body.keys[0]).not.toHaveProperty('d');
  });

  it('ends when it expires, in a process that has seen it and in one that has not', async () => {
    const token = await minted('ada', 60);
    expect(await status(token)).toBe(200);
    clock.advance(95_000);
    expect([await status(token), await status(token, apps[1])]).toEqual([401, 401]);
  });

  it('is good or bad the same way each time it is asked about, also around its expiry', async () => {
    const token = await minted('ada', 60);
    clock.advance(70_000);
    const answers = [
      await status(token),
      await status(token),
      await status(token),
      await status(token, apps[1]),
    ];
    expect(new Set(answers).size).toBe(1);
  });

  it('ends a second after its user was deleted, in every process that took it before', async () => {
    const token = await minted('leaver');
    expect([await status(token), await status(token, apps[1])]).toEqual([200, 200]);
    clock.stop();
    clock.advance(1_000);
    await database.query('INSERT INTO deleted_users (user_hash, deleted_at) VALUES ($1, $2)', [
      createHash('sha256').update('leaver').digest(),
      clock.date(),
    ]);
    clock.advance(1_000);
    expect([await status(token), await status(token, apps[1])]).toEqual([401, 401]);
    clock.resume();
  });

  it('is refused with another signature, another payload, or none at all', async () => {
    const [header = '', payload = '', signature = ''] = (await minted('ada')).split('.');
    const forged = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'alan' }),
    ).toString('base64url');
    for (const token of [
      `${header}.${forged}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${'A'.repeat(86)}`,
      `${payload}.${payload}.${signature}`,
      'a.b.c',
    ]) {
      expect(await status(token)).toBe(401);
    }
  });
});

describe("a trusted issuer's token", () => {
  it('speaks for its user, whose keys are found by discovery and read once', async () => {
    issuer.keySetReads = 0;
    for (let n = 0; n < 5; n++) expect(await status(await issuer.sign(claims({ jti: `${n}` })))).toBe(200);
    expect(issuer.keySetReads).toBe(1);
    expect(await database.query(`SELECT id FROM users WHERE id = 'ada'`)).toHaveLength(1);
  });

  it('may name the user in a claim of its own choice', async () => {
    const named = claims({ iss: 'https://claims.example', uid: 'by-claim' });
    expect(await status(await issuer.sign(named))).toBe(200);
    const id = 'https://claims.example|by-claim';
    expect(await database.query('SELECT id FROM users WHERE id = $1', [id])).toHaveLength(1);
    expect(await status(await issuer.sign({ ...named, uid: undefined }))).toBe(401);
  });

  it('is taken for a moment longer than it lives, since clocks differ, and not for a minute', async () => {
    expect(await status(await issuer.sign(claims({ exp: nowS() - 15 })))).toBe(200);
    expect(await status(await issuer.sign(claims({ exp: nowS() - 60 })))).toBe(401);
  });

  it.each([
    ['another audience', { aud: 'another-app' }],
    ['no audience', { aud: undefined }],
    ['an unknown issuer', { iss: 'https://evil.example' }],
    ['no issuer', { iss: undefined }],
    ['our own name as issuer', { iss: 'http://localhost:3000', aud: 'valetkey' }],
    ['no expiry', { exp: undefined }],
    ['a start in the future', { nbf: Math.floor(Date.now() / 1000) + 86_400 }],
    ['no user', { sub: undefined }],
    ['an empty user', { sub: '' }],
    ['a user with a control character', { sub: 'a\0da' }],
    ['a user id that is too long', { sub: 'x'.repeat(256) }],
    ['a user that is no text', { sub: 5 as unknown as string }],
  ])('is refused with %s', async (_, change) => {
    expect(await status(await issuer.sign(claims(change)))).toBe(401);
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', undefined])(
    'is taken with the type %s',
    async (typ) => {
      const header = { alg: 'RS256', kid: 'rsa-1', ...(typ === undefined ? {} : { typ }) };
      expect(await status(await issuer.sign(claims(), undefined, header))).toBe(200);
    },
  );

  it.each([
    'logout+jwt',
    'secevent+jwt',
    'dpop+jwt',
    'oauth-authz-req+jwt',
    'token-introspection+jwt',
    'application/entity-statement+jwt',
    'JOSE',
    '',
  ])('is refused with the type "%s", which is for something else', async (typ) => {
    const header = { alg: 'RS256', kid: 'rsa-1', typ };
    expect(await status(await issuer.sign(claims(), undefined, header))).toBe(401);
  });

  it.each([
    ['an unmarked logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }],
    ['an issue in a minute', { iat: 60 }],
    ['an issue tomorrow', { iat: 86_400 }],
    ['an issue in ten years', { iat: 315_360_000 }],
    ['an issue in milliseconds', { iat: 1e12 }],
  ])('is refused with %s', async (_, { iat, ...rest }: JWTPayload) => {
    const issued = iat === undefined ? {} : { iat: nowS() + iat };
    expect(await status(await issuer.sign(claims({ ...rest, ...issued })))).toBe(401);
    expect(await status(await issuer.sign(claims({ iat: nowS() + 15 })))).toBe(200);
  });

  it.each([
    ['is of another issuer', { issuer: 'https://other.example' }],
    ['is of an issuer below', { issuer: 'http://127.0.0.1/tenant' }],
    ['names no issuer', { issuer: undefined }],
    ['names keys in the clear elsewhere', { jwks_uri: 'http://10.0.0.1/keys' }],
    ['names keys at a private address', { jwks_uri: 'https://10.0.0.1/keys' }],
    ['names keys in a file', { jwks_uri: 'file:///etc/keys' }],
    ['names no keys', { jwks_uri: 5 }],
  ])('is refused while the discovery document %s', async (_, document: Document) => {
    const pliant = new Issuer();
    await pliant.start();
    const app = await world.start({
      env: { VALETKEY_USER_ISSUERS: JSON.stringify([{ issuer: pliant.url, audience: 'our-app' }]) },
    });
    const token = await pliant.sign(claims({ iss: pliant.url }));
    pliant.document = document;
    expect(await status(token, app)).toBe(401);
    pliant.document = { issuer: `${pliant.url}/` };
    expect(await status(token, app)).toBe(200);
    await Promise.all([app.close(), pliant.stop()]);
  });

  it('is refused without a signature', async () => {
    expect(await status(new UnsecuredJWT(claims()).encode())).toBe(401);
  });

  it('is refused when the public key was used as a shared secret', async () => {
    const secret = new TextEncoder().encode(await issuer.publicPem());
    for (const kid of ['rsa-1', undefined]) {
      const header = { alg: 'HS256', ...(kid ? { kid } : {}) };
      expect(await status(await new SignJWT(claims()).setProtectedHeader(header).sign(secret))).toBe(401);
    }
  });

  it("is refused with somebody else's key under the right key id", async () => {
    const { privateKey } = await generateKeyPair('RS256');
    expect(await status(await issuer.sign(claims(), privateKey))).toBe(401);
  });

  it('is still taken while the issuer cannot be reached, by the keys that were read before', async () => {
    const late = await world.start({
      env: { VALETKEY_USER_ISSUERS: JSON.stringify([{ issuer: issuer.url, audience: 'our-app' }]) },
    });
    const [first, second] = [await issuer.sign(claims()), await issuer.sign(claims({ jti: 'new' }))];
    expect(await status(first, late)).toBe(200);
    await issuer.stop();
    expect(await status(second, late)).toBe(200);
    await late.close();
  });
});

describe('a user token', () => {
  it('opens nothing that is for agents or operators', async () => {
    const user = new Caller(apps[0].app, await minted('ada'));
    const answer = await user.post('/v1/users/alan/tokens', {});
    expect([answer.status, answer.body.code]).toEqual([403, 'wrong_credential_kind']);
    expect((await user.get('/v1/operator/users')).status).toBe(403);
  });
});
