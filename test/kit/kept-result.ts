import type { Client } from './client.js';
import { mcpHeaders, mcpMessage } from './mcp.js';

/** Has an agent keep an output of this user, whose calendar is connected. @returns its id */
export async function keptResult(agent: Client, userId: string): Promise<string> {
  const call = async (name: string, args: object) => {
    const message = mcpMessage('tools/call', { name, arguments: args });
    const headers = { ...mcpHeaders('tools/call', name), 'valetkey-user': userId };
    return (await agent.post('/mcp', message, headers)).body.result;
  };
  await call('google-calendar__events__create', {
    summary: 'long',
    description: 'long '.repeat(1_000),
    start: { date: '2027-06-01' },
    end: { date: '2027-06-02' },
  });
  const listing = { tool: 'google-calendar__events__list', arguments: {}, maxBytes: 1_000 };
  const { _meta, content } = await call('call_tool', listing);
  const kept = _meta?.['valetkey/result'];
  if (kept === undefined) throw new Error(`nothing was kept: ${JSON.stringify(content)}`);
  return kept.id;
}
