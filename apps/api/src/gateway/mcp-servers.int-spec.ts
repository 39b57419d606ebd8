import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import { OperatorsModule } from '../operators/index.js';
import { Caller, createWorld, type World } from '../platform/testing/index.js';
import { GatewayModule } from './gateway.module.js';

const SECRET = 'canary-client-secret-4711';
let world: World;
beforeAll(async () => {
  world = await createWorld({
    rooms: [GatewayModule, OperatorsModule, AuditModule],
    env: { VALETKEY_PUBLIC_URL: 'https://valetkey.example' },
  });
});
afterAll(() => world.close());

/** The answers of a server at one origin, by path; the paths of its requests are noted. */
type Answers = Record<string, (response: ServerResponse, body: string) => void>;
let origin: string;
let answers: Answers;
let asked: string[];
let server: Server;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      asked.push(path);
      (answers[path] ?? ((to) => json(to, {}, 404)))(response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers = proper();
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const json = (response: ServerResponse, body: unknown, status = 200, headers: object = {}) =>
  void response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body));
const says =
  (body: unknown, status = 200, headers: object = {}) =>
  (response: ServerResponse) =>
    json(response, body, status, headers);

const RESOURCE = '/.well-known/oauth-protected-resource/mcp';
const SERVER = '/.well-known/oauth-authorization-server';
const metadata = () => ({
  resource: `${origin}/mcp`,
  authorization_servers: [origin],
  scopes_supported: ['notes'],
});
const issuer = (more: object = {}) => ({
  ...{ issuer: origin, authorization_endpoint: `${origin}/authorize`, token_endpoint: `${origin}/token` },
  ...{ registration_endpoint: `${origin}/register`, code_challenge_methods_supported: ['S256'] },
  token_endpoint_auth_methods_supported: ['client_secret_basic'],
  ...more,
});
const refusing = (where: string) =>
  says({}, 401, { 'www-authenticate': `Bearer resource_metadata="${where}"` });

/** A server as it should be, whose metadata says where its authorization server is. */
const proper = (): Answers => ({
  '/mcp': (response) => refusing(origin + RESOURCE)(response),
  [RESOURCE]: (response) => json(response, metadata()),
  [SERVER]: (response) => json(response, issuer()),
  '/register': (response, body) =>
    json(response, { ...(JSON.parse(body) as object), client_id: 'registered', client_secret: SECRET }, 201),
});

let count = 0;
const add = async (more: object = {}) => {
  const id = `acme-${(count += 1)}`;
  const body = { id, displayName: 'Acme', url: `${origin}/mcp`, ...more };
  const operator = Caller.operator(world.apps[0].app);
  const answer = await operator.post('/v1/operator/mcp-servers', body);
  const { connectorId } = answer.body as { connectorId?: string };
  const connector =
    connectorId === undefined
      ? undefined
      : (await operator.get(`/v1/operator/connectors/${connectorId}`)).body;
  return { ...answer, id, connector };
};

describe('adding an MCP server', () => {
  it('registers us, with the redirect URI of its connector, where the server takes that', async () => {
    let registration = {};
    const register = answers['/register'];
    answers['/register'] = (response, body) => {
      registration = JSON.parse(body) as object;
      register?.(response, body);
    };
    const { status, id, connector, text } = await add();
    expect(status).toBe(201);
    expect(registration).toMatchObject({
      redirect_uris: [`https://valetkey.example/oauth/callback/${id}`],
      ...{ token_endpoint_auth_method: 'client_secret_basic', scope: 'notes' },
    });
    expect(connector).toMatchObject({
      ...{ clientId: 'registered', hasClientSecret: true, clientAuthentication: 'client_secret_basic' },
      endpoints: { issuer: origin, authorization: `${origin}/authorize`, token: `${origin}/token` },
    });
    expect(text + JSON.stringify(connector)).not.toContain(SECRET);
  });

  it('is known by our metadata document, where the server reads such', async () => {
    answers[SERVER] = (response) => json(response, issuer({ client_id_metadata_document_supported: true }));
    const { id, connector } = await add();
    const clientId = `https://valetkey.example/oauth/clients/${id}`;
    expect(connector).toMatchObject({ clientId, hasClientSecret: false, clientAuthentication: 'none' });
    expect(asked).not.toContain('/register');
    const { status, body } = await new Caller(world.apps[0].app).get(`/oauth/clients/${id}`);
    expect([status, body]).toMatchObject([
      200,
      { client_id: clientId, redirect_uris: [`https://valetkey.example/oauth/callback/${id}`] },
    ]);
    expect((await new Caller(world.apps[0].app).get('/oauth/clients/other')).status).toBe(404);
  });

  it('takes a client that the operator has registered', async () => {
    answers[SERVER] = (response) => json(response, issuer({ registration_endpoint: undefined }));
    const { status, connector } = await add({ clientId: 'mine', clientSecret: SECRET });
    expect([status, connector]).toMatchObject([201, { clientId: 'mine', hasClientSecret: true }]);
  });

  it('finds out that it asks for no sign-in', async () => {
    answers['/mcp'] = says({ jsonrpc: '2.0', id: 1, result: {} });
    expect((await add()).body).toMatchObject({ signIn: 'none' });
  });

  it('takes keys in the header that the operator names, and asks nothing then', async () => {
    const sentIn = { header: 'X-Api-Key', scheme: '' };
    expect((await add({ signIn: 'key', sentIn })).body).toMatchObject({ signIn: 'key' });
    expect(asked).toEqual([]);
    for (const header of ['Host', 'Mcp-Session-Id', 'Content-Type'])
      expect((await add({ signIn: 'key', sentIn: { header, scheme: '' } })).status).toBe(400);
  });

  it('finds a server from before there was metadata of resources at its own origin', async () => {
    answers['/mcp'] = says({}, 401);
    answers[RESOURCE] = says({}, 404);
    expect((await add()).body).toMatchObject({ signIn: 'oauth', issuer: origin });
  });
});

describe('a hostile MCP server is not added', () => {
  const page = (response: ServerResponse) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  it.each<[string, () => Answers, string]>([
    [
      'redirects',
      () => ({ '/mcp': says({}, 307, { location: 'http://127.0.0.1:1/' }) }),
      'no redirect is followed',
    ],
    ['is a web page', () => ({ '/mcp': page }), 'there is a web page'],
    ['is not there', () => ({ '/mcp': says({}, 404) }), 'there is no MCP server (status 404)'],
    [
      'speaks for another resource',
      () => ({ [RESOURCE]: (to) => json(to, { ...metadata(), resource: 'https://bank.example/mcp' }) }),
      'that of another resource',
    ],
    [
      'speaks for another part of its origin',
      () => ({ [RESOURCE]: (to) => json(to, { ...metadata(), resource: `${origin}/mcp-of-others` }) }),
      'that of another resource',
    ],
    ['has metadata that is none', () => ({ [RESOURCE]: says('[1, 2') }), 'not as it must be'],
    ['names metadata that is not there', () => ({ [RESOURCE]: says({}, 404) }), 'is not there'],
    [
      'names metadata over plain http elsewhere',
      () => ({ '/mcp': refusing('http://169.254.169.254/latest') }),
      'without https',
    ],
    [
      'names metadata at a private address',
      () => ({ '/mcp': refusing('https://10.0.0.1/metadata') }),
      'at a private address',
    ],
    [
      'names an authorization server that is another',
      () => ({ [SERVER]: (to) => json(to, issuer({ issuer: 'https://bank.example' })) }),
      'of another issuer',
    ],
    [
      'names an authorization server by file',
      () => ({
        [RESOURCE]: (to) => json(to, { ...metadata(), authorization_servers: ['file:///etc/passwd'] }),
      }),
      'without https',
    ],
    [
      'has an authorization server without PKCE',
      () => ({ [SERVER]: (to) => json(to, issuer({ code_challenge_methods_supported: ['plain'] })) }),
      'PKCE',
    ],
    [
      'registers nobody',
      () => ({ [SERVER]: (to) => json(to, issuer({ registration_endpoint: undefined })) }),
      'register one there with the redirect URI https://valetkey.example/oauth/callback/',
    ],
    [
      'registers at a place without https',
      () => ({ [SERVER]: (to) => json(to, issuer({ registration_endpoint: 'http://evil.example/r' })) }),
      'registration endpoint without https',
    ],
    [
      'refuses to register us',
      () => ({ '/register': says({ error: 'invalid' }, 400) }),
      'did not register us',
    ],
    [
      'registers us for a time',
      () => ({ '/register': says({ client_id: 'a', client_secret: 'b', client_secret_expires_at: 1 }, 201) }),
      'only for a time',
    ],
    [
      'sends more than an answer has',
      () => ({ '/mcp': says('x'.repeat(2_000_000)) }),
      'did not answer in time or as it should',
    ],
  ])('that %s', async (_, hostile, fault) => {
    answers = { ...proper(), ...hostile() };
    const { status, body, text } = await add();
    expect([status, body]).toMatchObject([400, { code: 'mcp_server_refused' }]);
    expect(text).toContain(fault);
  });

  it.each([
    'http://10.0.0.1/mcp',
    'https://user:pw@acme.example/mcp',
    'https://acme.example/mcp#x',
    'ftp://acme.example/',
  ])('by the address %s', async (url) => {
    const { status, body } = await add({ url });
    expect([status, body]).toMatchObject([400, { code: 'invalid_input' }]);
  });

  it('at a private address', async () => {
    const { body } = await add({ url: 'https://10.0.0.1/mcp' });
    expect(body).toMatchObject({
      code: 'mcp_server_refused',
      detail: expect.stringContaining('private address'),
    });
  });

  it('by a name of ours, or of another connector', async () => {
    expect((await add({ id: 'github' })).body).toMatchObject({ code: 'mcp_server_refused' });
    const { id } = await add();
    expect((await add({ id })).body).toMatchObject({ code: 'mcp_server_refused' });
  });
});
