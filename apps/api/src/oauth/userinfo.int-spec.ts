import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK } from 'jose';
import type { TwinWorld } from '../platform/testing/index.js';
import {
  createConnectedWorld,
  type FixedAnswer,
  PLIANT_CLIENT,
  PliantServer,
  pliantTrip,
} from '../authorizations/testing/index.js';

let world: TwinWorld;
let pliant: PliantServer;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());
beforeEach(async () => void (pliant = await PliantServer.start()));
afterEach(() => pliant.close());

/** A connector without ID tokens: the account is what userinfo says. */
const plain = (members: object) => ({
  preset: 'oauth2',
  endpoints: {
    authorization: `${pliant.url}/authorize`,
    token: `${pliant.url}/token`,
    userinfo: `${pliant.url}/userinfo`,
  },
  ...members,
});

describe('userinfo of which a connector says where the account is', () => {
  it.each<[string, object, unknown, object]>([
    ['nests', { id: 'data.key' }, { data: { key: 'k1', name: 'Ada' } }, { id: 'k1', name: 'Ada' }],
    [
      'nests in a way of its own',
      { id: 'a.b.c', name: 'a.title', email: 'contact.address' },
      { a: { b: { c: 7 }, title: 'Ada' }, contact: { address: 'a@b.example' } },
      { id: '7', name: 'Ada', email: 'a@b.example' },
    ],
    ['has a list', { id: 'users[0].ref' }, { users: [{ ref: 'r' }] }, { id: 'r' }],
    ['has a list, in other words', { id: 'users.1.ref' }, { users: [0, { ref: 'r' }] }, { id: 'r' }],
    [
      'has names with dots',
      { id: '/https:~1~1x.example~1id', name: 'name' },
      { 'https://x.example/id': 'd', name: { given: 'Ada', family: 'L' } },
      { id: 'd', name: 'Ada L' },
    ],
    [
      'has several addresses',
      { id: 'ref', email: 'mails' },
      { ref: 'r', mails: [{ value: 'x@y.example' }, { value: 'a@b.example', primary: true }] },
      { id: 'r', email: 'a@b.example' },
    ],
    ['has another id outside', { id: 'user.id' }, { id: 'request-1', user: { id: 'u' } }, { id: 'u' }],
    ['says null for a name', { id: 'ref', name: 'n' }, { ref: 'r', n: null, name: 'other' }, { id: 'r' }],
    ['says no name where it is', { name: 'a.b' }, { sub: '42', name: 'Ada', a: 1 }, { id: '42' }],
    [
      'has names that cannot be stored',
      { id: 'ref' },
      { ref: 'r', name: 'Ada\u0000 \ud83d' },
      { id: 'r', name: 'Ada  \ufffd' },
    ],
  ])('that %s is read', async (_, accountPaths, userinfo, account) => {
    const { status, body } = await pliantTrip(
      world,
      pliant,
      { userinfo },
      { connector: plain({ accountPaths }) },
    );
    expect([status, body.account]).toEqual([200, account]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', { data: {} }, 'nothing'],
    ['null', { data: { id: null } }, 'null'],
    ['an object', { data: { id: { value: '1' } } }, 'an object'],
    ['a list', { data: { id: ['1'] } }, 'a list'],
    [
      'a number without its last digits',
      { data: { id: 12345678901234567890 } },
      'a number that is not exact',
    ],
    ['true', { data: { id: true } }, 'a boolean'],
    ['blanks', { data: { id: '  ' } }, 'an empty text'],
    ['a text without end', { data: { id: 'x'.repeat(4000) } }, 'a text that no account is called by'],
    ['half an emoji', { data: { id: '\ud83d' } }, 'a text that no account is called by'],
    ['nothing, for a list is outside', [{ data: { id: '1' } }], 'nothing'],
  ])('is refused as the connector’s fault when there is %s', async (_, userinfo, said) => {
    const connector = plain({ accountPaths: { id: 'data.id' } });
    const { status, body } = await pliantTrip(world, pliant, { userinfo }, { connector });
    expect([status, body.code]).toEqual([502, 'connector.misconfigured']);
    expect(body.detail).toContain(`has ${said} at "data.id"`);
  });

  it.each<[string, string, object, number]>([
    ['of the same subject', 'ref', { sub: '42', ref: 'r' }, 200],
    ['whose id is the subject', 'ref.id', { ref: { id: '42' } }, 200],
    ['of another subject', 'ref', { sub: '43', ref: '42' }, 400],
    ['of a subject that is a number', 'ref', { sub: 42, ref: 'r' }, 200],
    ['that names no subject', 'ref', { ref: 'r' }, 400],
  ])('beside an ID token is held against it: %s', async (_, id, userinfo, expected) => {
    const connector = { accountPaths: { id } };
    expect((await pliantTrip(world, pliant, { userinfo }, { connector })).status).toBe(expected);
  });
});

describe('userinfo that is signed', () => {
  let key: CryptoKey;
  let other: CryptoKey;
  let jwk: JWK;
  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    key = pair.privateKey;
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' };
    other = (await generateKeyPair('ES256')).privateKey;
  });

  const NOW = Math.floor(Date.now() / 1000);
  const LATER = NOW + 10 * 365 * 86_400;
  const sign = (claims: object, by = key, kid = 'k') =>
    new SignJWT({ sub: '42', ...claims }).setProtectedHeader({ alg: 'ES256', kid }).sign(by);
  const answers = (body: string, keys: FixedAnswer = { status: 200, body: { keys: [jwk] } }) => ({
    '/userinfo': { status: 200, body, type: 'application/jwt' },
    '/jwks': keys,
  });

  it.each<[string, (url: string) => object, string?]>([
    ['by the issuer', () => ({ name: 'Ada' })],
    ['with issuer and audience', (iss) => ({ iss, aud: PLIANT_CLIENT.clientId })],
    ['with a slash more', (url) => ({ iss: `${url}/`, aud: [PLIANT_CLIENT.clientId, 'b'] })],
    ['with an end that has not come', () => ({ exp: LATER })],
    ['and called so in other letters', () => ({}), 'Application/JWT; charset=utf-8'],
    ['and called text', () => ({}), 'text/plain'],
    ['and called JSON', () => ({}), 'application/json'],
  ])('%s is read', async (_, claims, type = 'application/jwt') => {
    const signed = answers(await sign({ email: 'a@b.example', ...claims(pliant.url) }));
    const manners = { answers: { ...signed, '/userinfo': { ...signed['/userinfo'], type } } };
    const { status, body } = await pliantTrip(world, pliant, manners);
    expect([status, body.account]).toMatchObject([200, { id: '42', email: 'a@b.example' }]);
  });

  it.each<[string, () => Promise<string> | string, number]>([
    ['by another key', () => sign({}, other), 400],
    ['by a key that is not published', () => sign({}, other, 'unknown'), 400],
    ['by another issuer', () => sign({ iss: 'https://other.example' }), 400],
    ['for another client', () => sign({ aud: 'somebody-else' }), 400],
    ['for a time that is over', () => sign({ exp: NOW - 3600 }), 400],
    ['for another account', () => sign({ sub: '43' }), 400],
    ['by nobody', () => new UnsecuredJWT({ sub: '42' }).encode(), 502],
    [
      'by the client’s secret',
      () => new SignJWT({ sub: '42' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.alloc(32, 1)),
      502,
    ],
    [
      'and changed on its way',
      async () => (await sign({})).replace(/\.[\w-]+\./, '.eyJzdWIiOiI0MiIsImEiOjF9.'),
      400,
    ],
    ['and encrypted', () => 'eyJhbGciOiJSU0EtT0FFUCJ9.YQ.YQ.YQ.YQ', 502],
    ['in name only', () => 'no token', 502],
  ])('%s is refused', async (_, token, expected) => {
    const { status, body } = await pliantTrip(world, pliant, { answers: answers(await token()) });
    expect([status, body.code]).toEqual([
      expected,
      expected === 502 ? 'connector.misconfigured' : 'connector.general',
    ]);
  });

  it.each<[string, FixedAnswer, string]>([
    ['are not there', { status: 404 }, 'connector.misconfigured'],
    ['are a page', { status: 200, body: '<html>' }, 'connector.misconfigured'],
    ['are no set', { status: 200, body: { keys: 'k' } }, 'connector.misconfigured'],
    ['are elsewhere', { status: 302, headers: { location: '/keys' } }, 'connector.misconfigured'],
    ['are away', { status: 503 }, 'connector.unavailable'],
    ['are too much asked', { status: 429 }, 'connector.unavailable'],
  ])('cannot be read when the keys %s', async (_, keys, code) => {
    const { status, body } = await pliantTrip(world, pliant, { answers: answers(await sign({}), keys) });
    expect([status, body.code]).toEqual([502, code]);
  });

  it('wants the address of the keys where nothing is discovered', async () => {
    const manners = { answers: answers(await sign({})) };
    const refused = await pliantTrip(world, pliant, manners, { connector: plain({}) });
    expect([refused.status, refused.body.detail]).toEqual([502, expect.stringContaining('endpoints.jwks')]);
    const { endpoints, ...rest } = plain({});
    const connector = { ...rest, endpoints: { ...endpoints, jwks: `${pliant.url}/jwks` } };
    expect((await pliantTrip(world, pliant, manners, { connector })).status).toBe(200);
  });
});
