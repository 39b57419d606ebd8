import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProviderHttp } from '../../core/create-provider-http.js';
import { McpSession } from '../mcp-session.js';
import { providerOfServer } from '../mcp-server.js';

/** A message as a client sends it. */
export interface Message {
  readonly id?: number;
  readonly method: string;
  readonly params?: Record<string, unknown>;
}

/** Answers one message by hand; `undefined` leaves it to the ordinary server. */
export type Script = (
  message: Message,
  response: ServerResponse,
  request: IncomingMessage,
) => 'answered' | undefined;

export const TOOL = {
  name: 'notes_list',
  description: 'Lists the notes of the user.',
  inputSchema: { type: 'object', properties: { tag: { type: 'string' } } },
};

export const json = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}) => {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  return 'answered' as const;
};

/** An MCP server of 2025-11-25, of which a script may take over any message. */
export async function startScriptedServer(script: Script = () => undefined, tools: unknown[] = [TOOL]) {
  const seen: { message: Message; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const message = JSON.parse(body || '{}') as Message;
      seen.push({ message, headers: request.headers });
      if (script(message, response, request) === undefined) ordinary(message, response, tools);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return {
    ...{ url, seen },
    methods: () => seen.map(({ message }) => message.method),
    session: (timeoutMs = 2_000, revision?: string) => sessionAt(url, timeoutMs, revision),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

function sessionAt(url: string, timeoutMs: number, revision: string | undefined): McpSession {
  const shown = { id: 'acme', displayName: 'Acme', url, signIn: 'oauth', scopes: [] } as const;
  const provider = providerOfServer(shown);
  const http = createProviderHttp({
    ...{ provider, timeoutMs },
    baseUrls: { apiBaseUrl: url },
    accessToken: 'the-token-of-the-user',
    maxResponseBytes: 10 * 1024 * 1024,
  });
  return new McpSession({ provider: 'acme', url, http, ...(revision === undefined ? {} : { revision }) });
}

function ordinary({ id, method, params }: Message, response: ServerResponse, tools: unknown[]): void {
  if (id === undefined) return void response.writeHead(202).end();
  const results: Record<string, unknown> = {
    initialize: {
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'acme', version: '1' },
    },
    'tools/list': { tools },
    'tools/call': { content: [{ type: 'text', text: JSON.stringify(params) }] },
  };
  const result = results[method];
  if (result) json(response, { jsonrpc: '2.0', id, result }, { 'mcp-session-id': 'session-1' });
  else json(response, { jsonrpc: '2.0', id, error: { code: -32601, message: 'no such method' } });
}
