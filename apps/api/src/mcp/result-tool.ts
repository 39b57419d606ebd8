import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { notFound } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import { KeptResults, resultIdOf, type KeptResult } from '../results/index.js';
import type { McpAsker } from './mcp-asker.js';
import { READ_RESULT } from './own-tools.js';
import { SessionLimits } from './session-limits.js';
import { readInput } from './tool-input.js';
import { readableResult } from './tool-results.js';

/** Reads outputs that did not fit into their result, part by part. */
@Injectable()
export class ResultTool {
  constructor(
    private readonly results: KeptResults,
    private readonly policies: PoliciesService,
    private readonly limits: SessionLimits,
  ) {}

  /** @throws Problem 404 for a result that is not this caller's and user's; 403 by policy; 400 for a wrong path */
  async call(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult> {
    const { result: named, maxBytes: bytes, ...part } = readInput(READ_RESULT.input, sent);
    const result = await this.openTo(asker, resultIdOf(named));
    const { value, of, next, cuts } = await this.results.readPart(result, { ...part, bytes }, asker);
    const lines = [
      JSON.stringify(value),
      ...cuts.map((cut) => `Cut to fit: ${cut}.`),
      ...(next === undefined ? [] : [`${next} of ${of}: go on with from ${next}.`]),
    ];
    return readableResult(lines.join('\n'), { value, of, next });
  }

  /** The result, if this caller may read it for its user now. @throws Problem 404; 403 by policy */
  async openTo(asker: McpAsker, id: string): Promise<KeptResult> {
    const result = await this.results.getResult(id, asker.caller);
    if (result.userId !== asker.userId || !this.limits.covers(asker, result))
      throw notFound('result; it may be over');
    await this.requireRight(asker);
    return result;
  }

  /** @throws Problem 403 where the policy keeps an agent from reading this user's results */
  async requireRight({ principal, userId, trace }: McpAsker): Promise<void> {
    if (principal.type !== 'agent') return;
    const question = { principal, userId, action: verbAction('result.read'), context: {} };
    await this.policies.require(question, trace);
  }
}
