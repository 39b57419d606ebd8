import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectorsService, parseConnectorsFile } from '../connectors/index.js';
import { APP_CALLBACK, type TwinWorld } from '../platform/testing/index.js';
import { createConnectedWorld } from './testing/connected-world.js';
import { PLIANT_CLIENT, PliantServer, type Manners } from './testing/pliant-server.js';

let world: TwinWorld;
let pliant: PliantServer;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());
// An issuer of its own for each: of one that was known, the last good document serves on.
beforeEach(async () => void (pliant = await PliantServer.start()));
afterEach(() => pliant.close());

let count = 0;

/** The guide's trip at a server with these manners, an issuer and scopes of its own. */
async function trip(manners: Manners, { issuer = pliant.url, scope = '' } = {}) {
  const target = `server-${++count}`;
  const file = { connectors: [{ target, preset: 'oidc', ...PLIANT_CLIENT, endpoints: { issuer } }] };
  await world.apps[0].get(ConnectorsService).apply(parseConnectorsFile(file, 'spec', {}), 'operator');
  // Documents are believed for ten minutes.
  world.clock.advance(11 * 60_000);
  pliant.manners = manners;
  const user = await world.user(`user-${count}`);
  const wish = { connectorId: target, state: 'state', redirectUri: APP_CALLBACK, scope };
  const { status, body } = await user.post('/api/verification/social', wish);
  if (status !== 201) return { status, body };
  const connectorData = {
    state: 'state',
    redirectUri: APP_CALLBACK,
    code: pliant.agree(body.authorizationUri),
  };
  const { verificationRecordId } = body;
  const verified = await user.post('/api/verification/social/verify', {
    verificationRecordId,
    connectorData,
  });
  if (verified.status !== 200) return verified;
  await user.store(target, verificationRecordId);
  const { body: connections } = await user.get('/my-account/connections');
  return { status: 200, body: connections.data[0] };
}

describe('a server that is as people meet them', () => {
  it.each<[string, Manners, object]>([
    ['calls its tokens bearer', { token: { token_type: 'bearer' } }, {}],
    ['calls its tokens BEARER', { token: { token_type: 'BEARER' } }, {}],
    ['says no type', { token: { token_type: undefined } }, {}],
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
  ])('by %s is called so, and nobody is told to try again', async (_, manners) => {
    const { status, body } = await trip(manners);
    expect([status, body.code]).toEqual([502, 'connector.misconfigured']);
    expect([body.retryable, /try again in/i.test(body.detail)]).toEqual([undefined, false]);
  });

  it('is told apart from a server that is down', async () => {
    const { status, body } = await trip({ answers: { [DISCOVERY]: { status: 503 } } });
    expect([status, body.retryable]).toEqual([502, true]);
  });
});
