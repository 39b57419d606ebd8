import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConnectorsService, parseConnectorsFile } from '../../connectors/index.js';
import { Caller, type TwinWorld } from '../../platform/testing/index.js';
import {
  createConnectedWorld,
  PLIANT_CLIENT,
  PliantServer,
  type Manners,
} from '../../authorizations/testing/index.js';

const SECRET = 'canary-connector-secret-4711';

let world: TwinWorld;
let pliant: PliantServer;
let count = 0;
beforeAll(async () => {
  world = await createConnectedWorld();
});
afterAll(() => world.close());
beforeEach(async () => void (pliant = await PliantServer.start()));
afterEach(() => pliant.close());

const operator = () => Caller.operator(world.apps[0].app);

/** Tests a connector of its own at a server with these manners. */
async function test(manners: Manners, more: object = {}) {
  const target = `tested-${++count}`;
  const connectors = [
    {
      target,
      preset: 'oidc',
      ...PLIANT_CLIENT,
      clientSecret: SECRET,
      endpoints: { issuer: pliant.url },
      ...more,
    },
  ];
  const service = world.apps[0].get(ConnectorsService);
  await service.apply(parseConnectorsFile({ connectors }, 'spec', {}), 'operator');
  pliant.manners = manners;
  const connector = await service.findConnector(target);
  const { status, body, text } = await operator().post(`/v1/operator/connectors/${connector?.id}/test`);
  expect(status).toBe(200);
  expect(text).not.toContain('canary');
  const parts = Object.fromEntries(
    body.parts.map((part: { part: string; result: string }) => [part.part, part.result]),
  );
  return { result: body.result, parts, target, text };
}
const refuses = (error: string, status = 400): Manners => ({
  answers: { '/token': { status, body: { error, error_description: SECRET } } },
});

describe('a test of a connector', () => {
  it('passes where the server refuses the made-up code alone', async () => {
    const { result, parts } = await test({
      answers: { '/authorize': { status: 200 }, '/userinfo': { status: 401 } },
    });
    expect(result).toBe('passed');
    expect(parts).toEqual({
      discovery: 'passed',
      authorization: 'passed',
      token: 'passed',
      account: 'passed',
    });
  });

  it.each<[string, Manners, string]>([
    ['the client is refused', refuses('invalid_client', 401), 'failed'],
    ['the client may not do this', refuses('unauthorized_client'), 'failed'],
    ['the redirect URI is another', refuses('redirect_uri_mismatch'), 'failed'],
    ['the code is refused', refuses('invalid_grant'), 'passed'],
    ['the refusal says nothing', refuses('something_else'), 'unclear'],
    ['the server asks to wait', { answers: { '/token': { status: 429, body: {} } } }, 'unclear'],
    ['there is a page', { answers: { '/token': { status: 200, body: '<html>' } } }, 'failed'],
    ['there is nothing', { answers: { '/token': { status: 404, body: {} } } }, 'failed'],
    [
      'tokens are given for anything',
      { answers: { '/token': { status: 200, body: { access_token: 'x' } } } },
      'failed',
    ],
  ])('says of the token endpoint, when %s', async (_, manners, expected) => {
    expect((await test(manners)).parts).toMatchObject({ token: expected });
  });

  it.each<[string, number, string]>([
    ['a page', 200, 'passed'],
    ['a redirect to a sign-in', 302, 'passed'],
    ['a refusal of the request', 400, 'failed'],
    ['a firewall', 403, 'unclear'],
    ['no page', 404, 'failed'],
    ['an outage', 503, 'unclear'],
  ])('says of the consent page, when there is %s', async (_, status, expected) => {
    const page = { status, body: '<html>', headers: { location: '/sign-in' } };
    const { parts } = await test({ answers: { '/authorize': page } });
    expect(parts).toMatchObject({ authorization: expected });
  });

  it('sends the secret to the token endpoint only, and no code or token that works', async () => {
    await test({});
    const heard = pliant.received.filter(({ path }) => path !== '/.well-known/openid-configuration');
    expect(heard.map(({ path }) => path.split('?')[0]).sort()).toEqual(['/authorize', '/token', '/userinfo']);
    const code = heard.find(({ path }) => path === '/token')?.form.get('code');
    expect(code).toMatch(/^valetkey-test-/);
    expect(heard.map(({ path }) => path).join(' ')).not.toContain('canary');
  });

  it('says that a server is away, and of a document of another issuer that it is wrong', async () => {
    const { parts } = await test({}, { endpoints: { issuer: 'http://127.0.0.1:1' } });
    expect(parts).toEqual({ discovery: 'failed' });
    const other = await test({ metadata: { issuer: 'https://evil.example' } });
    expect(other.parts).toEqual({ discovery: 'failed' });
    expect(other.text).not.toContain('evil.example');
  });

  it('is on record with its intent and results, and is nothing for auditors or for another id', async () => {
    const { target } = await test(refuses('invalid_client', 401));
    const events = await world.database.query<{
      type: string;
      outcome: string;
      text: string;
      detail: object;
    }>('SELECT type, outcome, detail, e::text AS text FROM audit_events e WHERE target = $1 ORDER BY seq', [
      target,
    ]);
    const tested = events.filter(({ type }) => type === 'connector.tested');
    expect(tested.map(({ outcome }) => outcome)).toEqual(['intended', 'failed']);
    expect(tested[1]?.detail).toMatchObject({ result: 'failed', token: 'failed' });
    expect(JSON.stringify(events)).not.toContain('canary');
    for (const id of ['ctr_none', target])
      expect((await operator().post(`/v1/operator/connectors/${id}/test`)).status).toBe(404);
  });
});
