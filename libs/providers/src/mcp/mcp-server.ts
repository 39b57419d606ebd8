import { classifyByStatus, type ClassifyFailure } from '../core/failure.js';
import { parseBearerChallenge } from '../core/http/bearer-challenge.js';
import type { TokenHeader } from '../core/http/token-header.js';
import type { Provider } from '../core/provider.js';
import { requestRules } from '../requests/request-rules.js';

/** How users of an MCP server sign in: by consent, by a key of theirs, or not at all. */
export const SIGN_INS = ['oauth', 'key', 'none'] as const;

/** Where a remote MCP server is, and how its users sign in. */
export interface McpServerFacts {
  readonly url: string;
  readonly signIn: (typeof SIGN_INS)[number];
  /** How a key is sent. */
  readonly sentIn?: TokenHeader | undefined;
  /** Asked for when a user consents. */
  readonly scopes: readonly string[];
  /** The name by which its tokens are asked for (RFC 8707), where that is not its address. */
  readonly resource?: string | undefined;
}

/** A remote MCP server that an operator has added. */
export interface McpServer extends McpServerFacts {
  readonly id: string;
  readonly displayName: string;
}

/** Headers that the protocol needs on its requests. */
export const MCP_HEADERS = ['mcp-protocol-version', 'mcp-session-id', 'mcp-method', 'mcp-name'];

/** An MCP server as a provider without actions: its tools become actions by an import. */
export function providerOfServer({ id, displayName, url, scopes }: McpServer): Provider {
  return {
    ...{ id, displayName, connector: id, apiBaseUrl: baseOf(url), mcpUrl: url },
    summary: `Tools of the MCP server ${displayName}.`,
    requestHeaders: MCP_HEADERS,
    defaultScopes: scopes,
    scopes: Object.fromEntries(scopes.map((scope) => [scope, { description: `${displayName}: ${scope}` }])),
    actions: [],
    classifyFailure,
    requests: requestRules({ source: url, version: '', date: '', read: [], write: [], destructive: [] }, {}),
  };
}

function baseOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/(?<!\/)\/+$/, '');
}

/** A server that wants more scopes says which, with 403 (RFC 6750, section 3.1). */
const classifyFailure: ClassifyFailure = (answer) => {
  const challenge = parseBearerChallenge(answer.headers['www-authenticate']);
  if (answer.status === 403 && challenge?.error === 'insufficient_scope' && challenge.scopes.length > 0)
    return { code: 'insufficient_scope', missingScopes: challenge.scopes };
  return classifyByStatus(answer);
};
