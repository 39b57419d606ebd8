import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findProvider, type Provider } from '@valetkey/providers';
import { ConnectorsService, parseConnectorsFile, type Connector } from '../connectors/index.js';
import { TokenVault } from '../connections/index.js';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { WrongAudienceError } from '../vault/index.js';
import { createGatewayWorld } from './testing/gateway-world.js';

const zendesk = findProvider('zendesk') as Provider;
const TENANTS = ['wonderland', 'looking-glass'];

let world: TwinWorld;
let connectors: ConnectorsService;
beforeAll(async () => {
  world = await createGatewayWorld();
  connectors = world.apps[0].get(ConnectorsService);
  const named = TENANTS.map((subdomain) => ({
    ...{ target: subdomain, preset: 'zendesk', clientId: 'same-client', clientSecret: 'same secret' },
    parameters: { subdomain },
  }));
  await connectors.apply(parseConnectorsFile({ connectors: named }, 'tenants', {}), 'operator');
});
afterAll(() => world.close());

const connectorOf = async (target: string) => (await connectors.findConnector(target)) as Connector;
const operator = () => Caller.operator(world.apps[0].app);
const imported = async (userId: string, target: string) => {
  const tokenSet = {
    userId,
    target,
    account: { id: '7' },
    accessToken: `token-of-${target}`,
    scopes: ['read'],
  };
  return (await operator().post('/v1/connections', tokenSet)).body.id as string;
};

describe('two tenants of one provider', () => {
  it('have proxy bases of their own, by the connector of the connection', async () => {
    for (const target of TENANTS) {
      const { id } = await connectorOf(target);
      const { apiBaseUrl } = await connectors.placed(zendesk, id);
      expect(apiBaseUrl).toBe(`https://${target}.zendesk.com`);
    }
  });

  it('bind client secret and tokens to their own place', async () => {
    const [one, other] = await Promise.all(TENANTS.map(connectorOf));
    if (!one || !other) throw new Error('a connector is missing');
    expect(connectors.audience(one)).not.toBe(connectors.audience(other));
    const vault = world.apps[0].get(TokenVault);
    const binding = { purpose: 'authorization.grant', rowId: 'aut_1', userId: 'ada' };
    const sealed = await vault.sealFor(one, 'a token', binding);
    expect(await vault.openFor(one, sealed, binding)).toBe('a token');
    await expect(vault.openFor(other, sealed, binding)).rejects.toThrow(WrongAudienceError);
  });

  it('keep connections of the same account id apart', async () => {
    const user = await world.user('ada');
    const ids = [await imported('ada', 'wonderland'), await imported('ada', 'looking-glass')];
    expect(new Set(ids).size).toBe(2);
    for (const [index, target] of TENANTS.entries()) {
      const { body } = await user.get(`/my-account/identities/${target}/access-token`);
      expect(body.accessToken).toBe(`token-of-${target}`);
      const { body: token } = await user.get(`/v1/connections/${ids[index]}/access-token`);
      expect(token.accessToken).toBe(`token-of-${target}`);
    }
  });

  it('are not guessed between: a request has to say which', async () => {
    const user = await world.user('ada');
    const { status, body } = await user.get('/v1/proxy/zendesk/api/v2/tickets', { 'valetkey-user': 'ada' });
    expect([status, body.code]).toEqual([409, 'ambiguous_connection']);
  });

  it('are found by the only connection that a user has', async () => {
    for (const [index, target] of TENANTS.entries()) {
      const userId = `only-at-${index}`;
      const user = await world.user(userId);
      const connectionId = await imported(userId, target);
      await user.get('/v1/proxy/zendesk/api/v2/tickets', { 'valetkey-user': userId });
      // No such host answers here: the intent says where it was to go.
      const events = await world.database.query<{ connection_id: string }>(
        `SELECT connection_id FROM audit_inbox WHERE type = 'request.forwarded' AND user_id = $1
         UNION SELECT connection_id FROM audit_events WHERE type = 'request.forwarded' AND user_id = $1`,
        [userId],
      );
      expect(events.map((event) => event.connection_id)).toEqual([connectionId]);
    }
  });

  it('end apart', async () => {
    const user = await world.user('grace');
    const [one, other] = [await imported('grace', 'wonderland'), await imported('grace', 'looking-glass')];
    const { body } = await user.get(`/v1/connections/${one}`);
    expect(body.sharesGrantWith).toBeUndefined();
    await user.delete(`/v1/connections/${one}`);
    expect((await user.get(`/v1/connections/${one}`)).body.status).toBe('inactive');
    expect((await user.get(`/v1/connections/${other}`)).body.status).toBe('active');
  });

  it('do not lend each other a client secret when one is pointed at the other', async () => {
    const { id } = await connectorOf('wonderland');
    const change = { parameters: { subdomain: 'looking-glass' }, confirm: true };
    const { status, body } = await operator().patch(`/v1/operator/connectors/${id}`, change);
    expect([status, body.errors?.[0].path]).toEqual([400, 'clientSecret']);
  });
});
