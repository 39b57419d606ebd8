import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { ConsentOffers, type ConsentOffer } from '../gateway/index.js';
import type { McpAsker } from './mcp-asker.js';
import { CONNECT } from './own-tools.js';
import { readInput } from './tool-input.js';
import { consentSentence, readableResult } from './tool-results.js';

/** Gives links over which the user allows what tools need, before they are called. */
@Injectable()
export class ConnectTool {
  constructor(private readonly offers: ConsentOffers) {}

  /** @throws Problem as `ConsentOffers.of` */
  async call(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult> {
    const { tools, connectionId } = readInput(CONNECT.input, sent);
    const { principal, userId, trace } = asker;
    const offers = await this.offers.of({ principal, userId, trace, connectionId }, tools);
    return readableResult(offers.map(sentenceOf).join('\n'), { links: offers.map(linkOf) });
  }
}

function sentenceOf({ displayName, problem }: ConsentOffer): string {
  return problem ? consentSentence(problem) : `${displayName} is connected, and nothing is missing.`;
}

function linkOf({ provider, tools, problem }: ConsentOffer) {
  const { authorizationUri, missingScopes } = problem?.extensions ?? {};
  return { provider, tools, authorizationUri, missingScopes };
}
