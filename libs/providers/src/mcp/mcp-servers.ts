import type { Provider } from '../core/provider.js';
import { providerOfServer, type McpServer } from './mcp-server.js';

let listed = '[]';
let known: readonly Provider[] = [];

/** Puts the MCP servers that operators have added in place of those that were known before. */
export function useMcpServers(servers: readonly McpServer[]): void {
  const text = JSON.stringify(servers);
  if (text === listed) return;
  listed = text;
  known = servers.map(providerOfServer);
}

/** Their providers; the same list until they change. */
export function serverProviders(): readonly Provider[] {
  return known;
}
