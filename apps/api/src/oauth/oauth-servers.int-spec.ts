import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TwinWorld } from '../platform/testing/index.js';
import {
  createConnectedWorld,
  type Manners,
  PliantServer,
  pliantTrip,
  type TripOptions,
} from '../authorizations/testing/index.js';

let world: TwinWorld;
let pliant: PliantServer;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());
// An issuer of its own for each: of one that was known, the last good document serves on.
beforeEach(async () => void (pliant = await PliantServer.start()));
afterEach(() => pliant.close());

const trip = (manners: Manners, options?: TripOptions) => pliantTrip(world, pliant, manners, options);

describe('a server that is as people meet them', () => {
  it.each<[string, Manners, object]>([
    ['calls its tokens bearer', { token: { token_type: 'bearer' } }, {}],
    ['calls its tokens BEARER', { token: { token_type: 'BEARER' } }, {}],
    ['says no type', { token: { token_type: undefined } }, {}],
    ['says null for a type', { token: { token_type: null } }, {}],
    ['puts commas between scopes', { token: { scope: 'read,write' } }, { scopes: ['read', 'write'] }],
    ['puts commas and spaces', { token: { scope: 'read, write' } }, { scopes: ['read', 'write'] }],
    [
      'nests its userinfo',
      { userinfo: { data: { id: '42', display_name: 'Ada' } } },
      { account: { id: '42', name: 'Ada' } },
    ],
    ['nests it twice', { userinfo: { data: { viewer: { id: '42' } } } }, { account: { id: '42' } }],
    [
      'calls it user',
      { userinfo: { ok: true, user: { id: 42, email: 'a@b.example' } } },
      { account: { id: '42', email: 'a@b.example' } },
    ],
    [
      'gives a name in parts',
      { userinfo: { sub: '42', name: { given: 'Ada', family: 'Lovelace' } } },
      { account: { id: '42', name: 'Ada Lovelace' } },
    ],
    [
      'gives several addresses',
      {
        userinfo: { sub: '42', emails: [{ value: 'x@y.example' }, { value: 'a@b.example', primary: true }] },
      },
      { account: { id: '42', email: 'a@b.example' } },
    ],
  ])('that %s works', async (_, manners, expected) => {
    const { status, body } = await trip(manners, { scope: 'read write' });
    expect([status, body]).toEqual([200, expect.objectContaining(expected)]);
  });

  it.each([[(url: string) => `${url}/`], [(url: string) => url]])(
    'works by its issuer with a slash and without',
    async (issuer) => {
      for (const told of [pliant.url, `${pliant.url}/`]) {
        const answer = await trip(
          { metadata: { issuer: told }, claims: { iss: told } },
          { issuer: issuer(pliant.url) },
        );
        expect(answer.status).toBe(200);
      }
    },
  );

  it('works by Microsoft’s issuer for all tenants, for the tenant that the token names', async () => {
    const manners = (tid: string) => ({
      metadata: { issuer: `${pliant.url}/{tenantid}/v2.0` },
      claims: { iss: `${pliant.url}/contoso/v2.0`, tid },
      answers: {},
    });
    const at = (tid: string) => {
      const { metadata, ...rest } = manners(tid);
      const document = {
        authorization_endpoint: `${pliant.url}/authorize`,
        token_endpoint: `${pliant.url}/token`,
        userinfo_endpoint: `${pliant.url}/userinfo`,
        ...metadata,
      };
      const answers = { '/common/v2.0/.well-known/openid-configuration': { status: 200, body: document } };
      return trip({ ...rest, answers }, { issuer: `${pliant.url}/common/v2.0` });
    };
    expect((await at('contoso')).status).toBe(200);
    expect(await at('fabrikam')).toMatchObject({ status: 400, body: { code: 'connector.general' } });
  });
});

describe('a connector that is not set up right', () => {
  const DISCOVERY = '/.well-known/openid-configuration';
  it.each<[string, Manners]>([
    ['no discovery document', { answers: { [DISCOVERY]: { status: 404 } } }],
    ['a page in place of it', { answers: { [DISCOVERY]: { status: 200, body: '<html>Welcome</html>' } } }],
    ['one of another issuer', { metadata: { issuer: 'https://other.example' } }],
    ['one without endpoints', { metadata: { token_endpoint: undefined } }],
    ['one that leads into the clear', { metadata: { token_endpoint: 'http://10.0.0.1/token' } }],
    [
      'a client that is not known',
      { answers: { '/token': { status: 401, body: { error: 'invalid_client' } } } },
    ],
    [
      'a client that may not',
      { answers: { '/token': { status: 400, body: { error: 'unauthorized_client' } } } },
    ],
    [
      'another callback',
      { answers: { '/token': { status: 400, body: { error: 'redirect_uri_mismatch' } } } },
    ],
    ['no such grant', { answers: { '/token': { status: 400, body: { error: 'unsupported_grant_type' } } } }],
    ['no token endpoint', { answers: { '/token': { status: 404, body: '<html>Not found</html>' } } }],
    ['tokens of the type DPoP', { token: { token_type: 'DPoP' } }],
    ['tokens of the type mac', { token: { token_type: 'mac' } }],
    ['tokens of the type pop', { token: { token_type: 'pop' } }],
    ['tokens of the type N_A', { token: { token_type: 'N_A' } }],
    ['tokens of a type that is no text', { token: { token_type: ['Bearer'] } }],
    ['tokens of a type that is a number', { token: { token_type: 1 } }],
    ['a page for a token', { answers: { '/token': { status: 200, body: '<html>Sign in</html>' } } }],
    [
      'a page that is called JSON',
      { answers: { '/token': { status: 200, body: '<!doctype html><p>', type: 'application/json' } } },
    ],
    ['nothing for a token', { answers: { '/token': { status: 200, body: '' } } }],
    ['other JSON for a token', { answers: { '/token': { status: 200, body: { ok: true, user: 1 } } } }],
    ['a list for a token', { answers: { '/token': { status: 200, body: [{ access_token: 'a' }] } } }],
    ['a token that is no text', { token: { access_token: { value: 'a' } } }],
    ['a token that is empty', { token: { access_token: '' } }],
    [
      'a form without a token',
      { answers: { '/token': { status: 200, body: 'a=1&b=2', type: 'text/plain' } } },
    ],
    ['JSON that is not whole', { answers: { '/token': { status: 200, body: '{"access_token":' } } }],
    ['a page of bad requests', { answers: { '/token': { status: 400, body: '<html>Bad Request</html>' } } }],
    ['another method', { answers: { '/token': { status: 405, body: 'Method Not Allowed' } } }],
    ['an endpoint that is gone', { answers: { '/token': { status: 410 } } }],
    [
      'an endpoint for another type',
      { answers: { '/token': { status: 415, body: { message: 'JSON only' } } } },
    ],
    ['no userinfo', { answers: { '/userinfo': { status: 404, body: '<html>Not found</html>' } } }],
    ['userinfo of another method', { answers: { '/userinfo': { status: 405 } } }],
    ['a page for userinfo', { answers: { '/userinfo': { status: 200, body: '<html>Hello</html>' } } }],
    ['userinfo that leads on', { answers: { '/userinfo': { status: 302, headers: { location: '/' } } } }],
    ['userinfo without an account', { userinfo: { ok: true, who: { key: '42' } } }],
  ])('by %s is called so, and nobody is told to try again', async (_, manners) => {
    const { status, body } = await trip(manners);
    expect([status, body.code]).toEqual([502, 'connector.misconfigured']);
    expect([body.retryable, /try again in/i.test(body.detail)]).toEqual([undefined, false]);
  });

  it.each<[string, Manners, number]>([
    ['no document for now', { answers: { [DISCOVERY]: { status: 503 } } }, 502],
    ['no token for now', { answers: { '/token': { status: 503, body: '<html>Back soon</html>' } } }, 502],
    ['too many requests', { answers: { '/token': { status: 429, body: '<html>Slow down</html>' } } }, 502],
    [
      'a page that says when to come back',
      { answers: { '/token': { status: 200, body: '<html>', headers: { 'retry-after': '5' } } } },
      502,
    ],
    ['a firewall', { answers: { '/token': { status: 403, body: '<html>Blocked</html>' } } }, 502],
    ['no userinfo for now', { answers: { '/userinfo': { status: 500 } } }, 502],
  ])('is told apart from a server that has %s', async (_, manners, expected) => {
    const { status, body } = await trip(manners);
    expect([status, body.code, body.retryable]).toEqual([expected, 'connector.unavailable', true]);
  });

  it.each<[string, unknown]>([
    ['of Facebook', { error: { message: 'code used', type: 'OAuthException', code: 100 } }],
    ['with an object of OAuth', { error: { error: 'invalid_grant' } }],
    ['with a code in it', { error: { code: 'bad_code' } }],
    ['of Google', { error: { code: 400, status: 'INVALID_ARGUMENT' } }],
    ['with a text alone', { error: 'code_not_found' }],
  ])('is told apart from a code that is refused in a shape %s', async (_, refusal) => {
    const { status, body } = await trip({ answers: { '/token': { status: 400, body: refusal } } });
    expect([status, body.code]).toEqual([400, 'connector.general']);
  });
});

describe('a connector whose server parts scopes by commas', () => {
  const connector = { scopeSeparator: ',', offlineAccess: false };
  it.each<[string, string, string, string[]]>([
    ['read write', 'read,write', 'openid,email,read,write', ['read', 'write']],
    ['read,write', 'read,write', 'openid,email,read,write', ['read', 'write']],
    ['read, write', 'read write', 'openid,email,read,write', ['read', 'write']],
    ['user:read', 'user:read,other', 'openid,email,user:read', ['user:read', 'other']],
    [
      'https://x.example/a b',
      'b, https://x.example/a',
      'openid,email,https://x.example/a,b',
      ['b', 'https://x.example/a'],
    ],
    ['', '', 'openid,email', []],
  ])('sends "%s" so, and reads "%s"', async (scope, granted, sent, scopes) => {
    const { asked, body } = await trip({ token: { scope: granted } }, { scope, connector });
    expect([asked?.get('scope'), body.scopes]).toEqual([sent, scopes]);
  });

  it('is no other one: a comma stays in a name where spaces part', async () => {
    const { asked, body } = await trip(
      { token: { scope: 'a,b c' } },
      { scope: 'a,b c', connector: { offlineAccess: false } },
    );
    expect([asked?.get('scope'), body.scopes]).toEqual(['openid email a,b c', ['a,b', 'c']]);
  });
});
