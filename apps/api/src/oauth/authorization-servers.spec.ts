import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectorPresets, type BuiltInPresetId } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';
import { Log, Outgoing } from '../platform/index.js';
import { TestClock, testSettings } from '../platform/testing/index.js';
import { AuthorizationServers, completed } from './authorization-servers.js';
import { OAuthHttp } from './oauth-http.js';

let origin: string;
let asked: number;
let answer: { status: number; body: object };
const server = createServer((_request, response) => {
  asked += 1;
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.body));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const outgoing = new Outgoing(testSettings(), new Log('silent'));
const http = new OAuthHttp(outgoing);
afterAll(() => http.onApplicationShutdown());

let clock: TestClock;
let servers: AuthorizationServers;
beforeEach(() => {
  clock = new TestClock();
  servers = new AuthorizationServers(http, clock);
  asked = 0;
  announce({});
});

function announce(members: object): void {
  const body = {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    ...members,
  };
  answer = { status: 200, body };
}

function connector(
  preset: BuiltInPresetId,
  endpointOverrides: Connector['endpointOverrides'] = { issuer: origin },
  options: Partial<Connector['options']> = {},
): Connector {
  return {
    id: 'ctr_1',
    target: 'acme',
    preset: connectorPresets[preset],
    displayName: 'Acme',
    clientId: 'client',
    endpointOverrides,
    options: { storeTokens: true, prompts: [], offlineAccess: true, ...options },
    source: 'file',
  };
}

const of = (which: Connector) => servers.of(which, 2_000);

describe('an authorization server', () => {
  it('is discovered where endpoints are left out, an override of one keeping the rest', async () => {
    announce({ userinfo_endpoint: `${origin}/me`, revocation_endpoint: `${origin}/revoke` });
    const { endpoints } = await of(connector('oidc', { issuer: origin, token: `${origin}/other-token` }));
    expect(endpoints).toEqual({
      issuer: origin,
      authorization: `${origin}/authorize`,
      token: `${origin}/other-token`,
      userinfo: `${origin}/me`,
      revocation: `${origin}/revoke`,
    });
  });

  it('is asked once by callers that come together, and again after ten minutes', async () => {
    const oidc = connector('oidc');
    await Promise.all([of(oidc), of(oidc), of(oidc)]);
    await of(oidc);
    expect(asked).toBe(1);
    clock.advance(11 * 60_000);
    await of(oidc);
    expect(asked).toBe(2);
  });

  it('keeps its last document while it gives no new one', async () => {
    await of(connector('oidc'));
    clock.advance(11 * 60_000);
    answer = { status: 503, body: {} };
    expect((await of(connector('oidc'))).endpoints.token).toBe(`${origin}/token`);
    await of(connector('oidc'));
    expect(asked).toBe(2);
  });

  it('is unavailable without a document that it needs, and does without one that it does not need', async () => {
    answer = { status: 503, body: {} };
    await expect(of(connector('oidc'))).rejects.toThrow(/did not answer properly: discovery/);
    const complete = { issuer: origin, authorization: `${origin}/a`, token: `${origin}/t` };
    expect(await of(connector('oidc', complete))).toMatchObject({
      endpoints: complete,
      codeChallengeMethod: 'S256',
      sendsIssuer: false,
      clientAuthentication: 'client_secret_basic',
    });
  });

  it('is refused with a document for another issuer, or with endpoints that are not https', async () => {
    announce({ issuer: 'https://evil.example' });
    await expect(of(connector('oidc'))).rejects.toThrow(/discovery/);
    announce({ token_endpoint: 'http://login.example/token' });
    await expect(of(connector('oidc'))).rejects.toThrow(/without https, or on this machine: token/);
  });

  it('is not asked at an address of ours, to which its name has been bound', async () => {
    outgoing.resolve = (_hostname, _options, callback) =>
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    const rebound = http.fetch(origin.replace('127.0.0.1', 'login.example'), { method: 'POST' }, 2_000);
    await expect(rebound).rejects.toMatchObject({
      message: expect.stringContaining('ERR_PRIVATE_ADDRESS'),
      mayHaveArrived: false,
    });
    expect(asked).toBe(0);
  });

  it('elsewhere may not send us to this machine, unless its operator says so', () => {
    const issuer = 'https://login.example';
    const document = { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${origin}/t` };
    const undiscovered = { issuer, authorization: '', token: '' };
    expect(() => completed(undiscovered, document)).toThrow(/on this machine: token/);
    expect(completed({ ...undiscovered, token: `${origin}/mine` }, document).token).toBe(`${origin}/mine`);
  });

  it('is not asked when its preset knows it', async () => {
    expect(await of(connector('google', {}))).toMatchObject({
      codeChallengeMethod: 'S256',
      clientAuthentication: 'client_secret_post',
      baseScopes: ['openid', 'email'],
    });
    expect(asked).toBe(0);
  });
});

describe('what an authorization server supports', () => {
  it.each([
    [undefined, 'S256'],
    [['S256'], 'S256'],
    [['plain', 'S256'], 'S256'],
    [['plain'], undefined],
    [[], undefined],
  ])('decides how a code challenge is sent: %j → %s', async (methods, expected) => {
    announce({ code_challenge_methods_supported: methods });
    expect((await of(connector('oidc'))).codeChallengeMethod).toBe(expected);
  });

  it.each([
    [undefined, 'client_secret_basic'],
    [['client_secret_post', 'client_secret_basic'], 'client_secret_basic'],
    [['private_key_jwt', 'client_secret_post', 'none'], 'client_secret_post'],
    [['none'], 'none'],
    [['private_key_jwt'], 'client_secret_basic'],
  ])('decides how the client is authenticated: %j → %s', async (methods, expected) => {
    announce({ token_endpoint_auth_methods_supported: methods });
    expect(await of(connector('oidc'))).toMatchObject({
      clientAuthentication: expected,
      revocationAuthentication: expected,
    });
  });

  it('decides the same for revocation on its own', async () => {
    announce({
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      revocation_endpoint_auth_methods_supported: ['client_secret_post'],
    });
    expect((await of(connector('oidc'))).revocationAuthentication).toBe('client_secret_post');
  });

  it('yields to what the operator chose', async () => {
    announce({ token_endpoint_auth_methods_supported: ['client_secret_basic'] });
    const chosen = connector('oidc', { issuer: origin }, { clientAuthentication: 'client_secret_post' });
    expect(await of(chosen)).toMatchObject({
      clientAuthentication: 'client_secret_post',
      revocationAuthentication: 'client_secret_post',
    });
    const custom = { authorization: `${origin}/a`, token: `${origin}/t` };
    expect(
      (await of(connector('oauth2', custom, { clientAuthentication: 'none' }))).clientAuthentication,
    ).toBe('none');
  });

  it('leaves out scopes that it does not list', async () => {
    expect((await of(connector('oidc'))).baseScopes).toEqual(['openid', 'email', 'offline_access']);
    clock.advance(11 * 60_000);
    announce({ scopes_supported: ['email', 'profile'] });
    expect((await of(connector('oidc'))).baseScopes).toEqual(['openid', 'email']);
    const online = connector('oidc', { issuer: origin }, { offlineAccess: false });
    clock.advance(11 * 60_000);
    announce({});
    expect((await of(online)).baseScopes).toEqual(['openid', 'email']);
  });

  it('includes whether it names itself in every answer', async () => {
    announce({ authorization_response_iss_parameter_supported: true });
    expect((await of(connector('oidc'))).sendsIssuer).toBe(true);
  });
});
