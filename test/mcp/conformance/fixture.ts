import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type ServerContext,
} from '@modelcontextprotocol/server';

/** A tool of the suite: its answer to its arguments. */
export type Fixture = (context: ServerContext, input: Readonly<Record<string, unknown>>) => unknown;

/** The abilities that the client of this request declares. */
export function capabilitiesOf({ mcpReq }: ServerContext): ClientCapabilities {
  const envelope = (mcpReq.envelope ?? {}) as { [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities };
  return envelope[CLIENT_CAPABILITIES_META_KEY] ?? {};
}
