import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMcpHandler, Server } from '@modelcontextprotocol/server';
import Provider from 'oidc-provider';
import { Browser } from './browser.js';

/** A tool of the server, as a spec changes it. */
export interface OfferedTool {
  readonly name: string;
  description: string;
  readonly inputSchema: object;
  readonly annotations?: Readonly<Record<string, boolean>>;
}

/** An MCP server of the official SDK behind an authorization server of somebody else's making. */
export interface McpProvider {
  /** Where it takes messages. */
  readonly url: string;
  readonly issuer: string;
  readonly tools: OfferedTool[];
  /** The calls that arrived, in order, and the credential of each. */
  readonly calls: { readonly name: string; readonly input: unknown; readonly authorization: string }[];
  /** Headers of every request to it. */
  readonly requests: Readonly<Record<string, unknown>>[];
  /** Answers in place of the tool, if it is set. */
  answer: ((name: string) => object) | undefined;
  /** Agrees at the authorization server. Gives our callback, not opened yet. */
  consent(authorizationUri: string): Promise<string>;
  close(): Promise<void>;
}

const tools = (): OfferedTool[] => [
  {
    name: 'notes_list',
    description: 'Lists the notes of the user.',
    inputSchema: { type: 'object', properties: { tag: { type: 'string' } } },
    annotations: { readOnlyHint: true },
  },
  {
    name: 'notes_remove',
    description: 'Removes a note for good.',
    inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    annotations: { destructiveHint: true },
  },
  { name: 'notes_add', description: 'Adds a note.', inputSchema: { type: 'object' } },
];

/** Starts it; with `open` it asks for no sign-in. */
export async function startMcpProvider({ open = false } = {}): Promise<McpProvider> {
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const issuer = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const offered: Pick<McpProvider, 'tools' | 'calls' | 'requests'> & { answer: McpProvider['answer'] } = {
    ...{ tools: tools(), calls: [], requests: [] },
    answer: undefined,
  };
  const provider = authorizationServer(issuer);
  serve(http, { issuer, provider, open }, offered);
  return Object.assign(offered, {
    ...{ url: `${issuer}/mcp`, issuer, consent },
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  });
}

function authorizationServer(issuer: string): Provider {
  const provider = new Provider(issuer, {
    clients: [],
    scopes: ['notes', 'offline_access'],
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          ...{ scope: 'notes', audience: resource, accessTokenFormat: 'opaque' as const },
        }),
        useGrantedResource: () => true,
      },
    },
    clientDefaults: { application_type: 'native' },
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    interactions: { url: (_, { uid }) => `/agree/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  });
  // Refusals of a request are of no interest to the spec's output.
  provider.on('server_error', (_, error) => process.emitWarning(error));
  return provider;
}

interface Served {
  readonly issuer: string;
  readonly provider: Provider;
  readonly open: boolean;
}

function serve(http: HttpServer, { issuer, provider, open }: Served, offered: Offered): void {
  const toOAuth = provider.callback();
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    const send = (status: number, body: object, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(body));
    const answer = async () => {
      if (pathname === '/.well-known/oauth-protected-resource/mcp')
        return send(200, {
          ...{ resource: `${issuer}/mcp`, authorization_servers: [issuer], scopes_supported: ['notes'] },
        });
      if (pathname.startsWith('/agree/')) return agree(provider, request, response);
      if (pathname !== '/mcp') return toOAuth(request, response);
      offered.requests.push({ ...request.headers });
      const { authorization = '' } = request.headers;
      if (!open && !(await isFor(provider, authorization, `${issuer}/mcp`))) {
        const where = `${issuer}/.well-known/oauth-protected-resource/mcp`;
        return send(401, {}, { 'www-authenticate': `Bearer resource_metadata="${where}"` });
      }
      return message(request, response, offered);
    };
    answer().catch((error: unknown) => response.destroy(error as Error));
  });
}

async function isFor(provider: Provider, authorization: string, resource: string): Promise<boolean> {
  const token = await provider.AccessToken.find(authorization.replace(/^Bearer /, ''));
  return token !== undefined && token.aud === resource;
}

async function agree(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params, prompt } = await provider.interactionDetails(request, response);
  const accountId = 'ada';
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) });
  grant.addOIDCScope('openid offline_access notes');
  grant.addResourceScope(String(params['resource']), 'notes');
  const consented = prompt.name === 'consent' ? { consent: { grantId: await grant.save() } } : {};
  await provider.interactionFinished(request, response, { login: { accountId }, ...consented });
}

type Offered = Pick<McpProvider, 'tools' | 'calls' | 'requests' | 'answer'>;

async function message(request: IncomingMessage, response: ServerResponse, offered: Offered): Promise<void> {
  const { authorization = '' } = request.headers;
  const handler = createMcpHandler(() => serverOf(offered, authorization));
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const asked = new Request(`http://mcp.test${request.url}`, {
    method: request.method ?? 'GET',
    headers: new Headers(request.headers as Record<string, string>),
    ...(body.length > 0 ? { body } : {}),
  });
  const answer = await handler.fetch(asked);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
  await handler.close();
}

function serverOf({ tools: listed, calls, answer }: Offered, authorization: string): Server {
  const server = new Server({ name: 'acme', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', () => ({ tools: listed as never }));
  server.setRequestHandler('tools/call', ({ params }) => {
    calls.push({ name: params.name, input: params.arguments, authorization });
    const said = { content: [{ type: 'text' as const, text: `${params.name}: done` }] };
    return (answer?.(params.name) ?? said) as typeof said;
  });
  return server;
}

/** Follows the authorization server's pages, all of which agree, until they lead to us. */
async function consent(authorizationUri: string): Promise<string> {
  const browser = new Browser();
  let page = await browser.open(authorizationUri);
  for (let step = 0; step < 10 && page.location !== undefined; step += 1) {
    if (page.location.includes('/oauth/callback/')) return page.location;
    page = await browser.open(page.location);
  }
  throw new Error(`no way on from the authorization server: ${page.status} ${page.html.slice(0, 500)}`);
}
