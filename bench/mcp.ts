import { eventCalls } from './kit/event-calls.js';

const NAME = 'google-calendar__events__list';
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: {
    name: NAME,
    arguments: { limit: 4 },
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
});

export const mcp = eventCalls({
  name: 'mcp',
  measures: 'the same as `action`, as tools/call over MCP: compare its ratio with that of `action`',
  title: 'POST /mcp, tools/call',
  ours: ({ userId }, key) => [
    '/mcp',
    `Bearer ${key}`,
    {
      body: BODY,
      headers: {
        'valetkey-user': userId,
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': NAME,
      },
    },
  ],
});
