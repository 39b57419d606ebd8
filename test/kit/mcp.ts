import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Client } from './client.js';

/** A result of `tools/call`, as both generations of clients give it. */
export interface ToolResult {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- results of many tools, judged by the specs
  readonly structuredContent?: any;
  readonly _meta?: Readonly<Record<string, unknown>> | undefined;
}

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  readonly name: string;
  readonly inputSchema: { readonly properties?: Readonly<Record<string, unknown>> | undefined };
  readonly annotations?: Readonly<Record<string, unknown>> | undefined;
}

/** A connected MCP client of somebody else's making. */
export interface McpClient {
  readonly version: string | undefined;
  list(): Promise<readonly ListedTool[]>;
  call(name: string, input?: Record<string, unknown>, signal?: AbortSignal): Promise<ToolResult>;
  close(): Promise<void>;
}

/** How a client connects: where, and with which headers beside its credential. */
export interface McpConnecting {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens a page for the user, and says whether they went there: the client declares `elicitation.url` then. */
  readonly opens?: (url: string) => Promise<'accept' | 'decline'>;
}

const INFO = { name: 'spec', version: '1' };

const addressOf = ({ url, credential = '' }: Client, { path = '/mcp', headers = {} }: McpConnecting) => ({
  address: new URL(path, url),
  init: { requestInit: { headers: { authorization: `Bearer ${credential}`, ...headers } } },
});

/** The official client of the revision 2026-07-28, held to it. */
export async function modernMcp(client: Client, how: McpConnecting = {}): Promise<McpClient> {
  const { address, init } = addressOf(client, how);
  const { opens } = how;
  const mcp = new ModernClient(INFO, {
    versionNegotiation: { mode: { pin: '2026-07-28' } },
    ...(opens ? { capabilities: { elicitation: { url: {} } } } : {}),
  });
  if (opens)
    mcp.setRequestHandler('elicitation/create', async ({ params }) => ({
      action: await opens((params as { url: string }).url),
    }));
  await mcp.connect(new ModernTransport(address, init));
  return {
    version: mcp.getNegotiatedProtocolVersion(),
    list: async () => (await mcp.listTools()).tools as never,
    call: async (name, input = {}, signal) =>
      (await mcp.callTool({ name, arguments: input }, signal ? { signal } : {})) as never,
    close: () => mcp.close(),
  };
}

/** The official client before that, of the revision 2025-11-25. */
export async function legacyMcp(client: Client, how: McpConnecting = {}): Promise<McpClient> {
  const { address, init } = addressOf(client, how);
  const mcp = new LegacyClient(INFO);
  const transport = new LegacyTransport(address, init);
  await mcp.connect(transport as never);
  return {
    version: transport.protocolVersion,
    list: async () => (await mcp.listTools()).tools as never,
    call: async (name, input = {}, signal) =>
      (await mcp.callTool({ name, arguments: input }, undefined, signal ? { signal } : {})) as never,
    close: () => mcp.close(),
  };
}

/** One bare message of 2026-07-28, for requests that no client would send. */
export function mcpMessage(method: string, params: Record<string, unknown> = {}, capabilities: object = {}) {
  return {
    jsonrpc: '2.0',
    id: 1,
    method,
    params: {
      ...params,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientInfo': INFO,
        'io.modelcontextprotocol/clientCapabilities': capabilities,
      },
    },
  };
}

/** The headers that such a message needs. */
export function mcpHeaders(method: string, name?: string): Record<string, string> {
  return {
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': name }),
  };
}
