import { Injectable } from '@nestjs/common';
import { ActionAccess } from '../gateway/index.js';
import { notFound, Problem } from '../platform/index.js';
import type { McpAsker } from './mcp-asker.js';
import { letsCall } from './sessions/session.js';

/** Keeps a caller that acts in a session to the tools and connections of that session. */
@Injectable()
export class SessionLimits {
  constructor(private readonly access: ActionAccess) {}

  /** Whether the session includes an action; without a session all are. */
  includes({ session }: McpAsker, action: string): boolean {
    return session === undefined || letsCall(session, action);
  }

  /** Whether the session includes what a run with this action over this connection brought. */
  covers(
    asker: McpAsker,
    { action, connectionId }: { readonly action: string; readonly connectionId: string },
  ): boolean {
    const among = asker.session?.connections;
    return this.includes(asker, action) && (among === undefined || among.includes(connectionId));
  }

  /** @throws Problem 403 `tool_not_in_session` */
  requireTool(asker: McpAsker, action: string, tool: string): void {
    if (!this.includes(asker, action))
      throw new Problem('tool_not_in_session', { tool }).asDenial(asker.userId);
  }

  /**
   * The connection that a call names, or the one of the session that fits the action.
   * @returns `undefined`: the gateway chooses
   * @throws Problem 404 for one that is not in the session; 409 `ambiguous_connection`
   */
  async connection(asker: McpAsker, action: string, named: string | undefined): Promise<string | undefined> {
    const ids = asker.session?.connections;
    if (ids === undefined) return named;
    if (named === undefined) return this.access.among(asker, action, ids);
    if (!ids.includes(named)) throw notFound('connection');
    return named;
  }
}
