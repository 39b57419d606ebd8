import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { Catalogue, ConsentOffers, type ConsentOffer } from '../gateway/index.js';
import type { McpAsker } from './mcp-asker.js';
import { SessionLimits } from './session-limits.js';
import { CONNECT } from './own-tools.js';
import { readInput } from './tool-input.js';
import { consentSentence, readableResult } from './tool-results.js';

/** Gives links over which the user allows what tools need, before they are called. */
@Injectable()
export class ConnectTool {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly offers: ConsentOffers,
    private readonly limits: SessionLimits,
  ) {}

  /** @throws Problem as `ConsentOffers.of`; 403 `tool_not_in_session`; 404 for a connection that is not in the session */
  async call(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult> {
    const { tools, connectionId: named } = readInput(CONNECT.input, sent);
    const { principal, userId, trace, session } = asker;
    const offers: ConsentOffer[] = [];
    // Where a session names connections, each tool has its own.
    for (const group of session?.connections ? tools.map((tool) => [tool]) : [tools]) {
      const connectionId = await this.connection(asker, group, named);
      offers.push(...(await this.offers.of({ principal, userId, trace, connectionId }, group)));
    }
    return readableResult(offers.map(sentenceOf).join('\n'), { links: offers.map(linkOf) });
  }

  private async connection(asker: McpAsker, tools: readonly string[], named: string | undefined) {
    const actions = tools.map((tool) => [tool, this.catalogue.actionOfTool(tool) ?? tool] as const);
    for (const [tool, action] of actions) this.limits.requireTool(asker, action, tool);
    const [, first = ''] = actions[0] ?? [];
    return this.limits.connection(asker, first, named);
  }
}

function sentenceOf({ displayName, problem }: ConsentOffer): string {
  return problem ? consentSentence(problem) : `${displayName} is connected, and nothing is missing.`;
}

function linkOf({ provider, tools, problem }: ConsentOffer) {
  const { authorizationUri, missingScopes } = problem?.extensions ?? {};
  return { provider, tools, authorizationUri, missingScopes };
}
