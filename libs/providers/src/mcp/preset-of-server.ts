import type { ConnectorPreset } from '../connectors/connector-preset.js';
import { oauth2Preset } from '../connectors/standard-presets.js';
import type { TokenHeader } from '../core/http/token-header.js';
import type { McpServer } from './mcp-server.js';

/** The revision that is spoken where a server is only asked whether a credential works. */
const CHECKED_REVISION = '2025-11-25';
const HELLO = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: {
    protocolVersion: CHECKED_REVISION,
    capabilities: {},
    clientInfo: { name: 'valetkey', version: '1' },
  },
});
const NO_HEADER: TokenHeader = { header: '', scheme: '' };

/** The first message of a client, as a request without a credential: a server that wants a sign-in says so. */
export function probeOfServer(): { method: 'POST'; headers: Record<string, string>; body: string } {
  const headers = {
    'user-agent': 'valetkey',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  return { method: 'POST', headers, body: HELLO };
}

/** The preset of a server's users: they consent, enter a key, or only agree. */
export function presetOfServer(server: McpServer): ConnectorPreset {
  const shared = sharedPreset(server);
  if (server.signIn === 'oauth') return shared;
  return {
    ...shared,
    ...{ pkce: false, baseScopes: [], refresh: 'none' },
    key: keyOf(server),
    revocation: {
      ...{ style: 'none', kills: 'token_set', needsLiveAccessToken: false },
      buildRequest: () => undefined,
      isConfirmed: () => false,
      byHand:
        server.signIn === 'key' ? `Delete the key at ${server.displayName}.` : 'There is nothing to end.',
    },
    normaliseGranted: () => [],
  };
}

function sharedPreset(server: McpServer): ConnectorPreset {
  const { id, displayName, url, scopes, signIn, sentIn } = server;
  // The server that a token is for (RFC 8707).
  const resource = { resource: server.resource ?? url };
  const sent = signIn === 'oauth' ? undefined : signIn === 'none' ? NO_HEADER : sentIn;
  return {
    ...oauth2Preset,
    ...{ id, displayName },
    guide: {
      summary: `Tools of the MCP server ${displayName}.`,
      setup: ['It is set up where the MCP server was added.'],
      notes: ['An MCP server names no account: each user has one connection to it.'],
      documentation: [{ url }],
    },
    endpoints: { authorization: '', token: '', userinfo: url },
    // Its authorization server's metadata (RFC 8414) says what that supports.
    discovers: signIn === 'oauth',
    clientAuthentication: 'none',
    baseScopes: scopes,
    tokenRequest: { encoding: 'form', parameters: resource, headers: {} },
    authorizationParams: (input) => ({ ...oauth2Preset.authorizationParams(input), ...resource }),
    account: {
      method: 'POST',
      headers: { accept: 'application/json, text/event-stream' },
      body: HELLO,
      ...(sent ? { authorization: sent } : {}),
      // A server of a later revision refuses the message, not the credential: that would be 401.
      takes: (status) => status === 400,
      map: () => ({ id: 'account', name: displayName }),
    },
    check: {
      scopes: [],
      judge: ({ status }) => (status === 401 ? 'dead' : status < 300 || status === 400 ? 'alive' : 'unknown'),
    },
  };
}

function keyOf({ displayName, signIn, sentIn }: McpServer): NonNullable<ConnectorPreset['key']> {
  if (signIn === 'none')
    return {
      kind: 'none',
      label: 'key',
      find: `${displayName} asks for no sign-in.`,
      prefixes: [],
      sentIn: NO_HEADER,
    };
  return {
    kind: 'api_key',
    label: 'API key',
    find: `Make a key in your account at ${displayName}.`,
    prefixes: [],
    sentIn: sentIn ?? { header: 'authorization', scheme: 'Bearer' },
  };
}
