import { Injectable } from '@nestjs/common';
import { ProtocolError, ProtocolErrorCode, type CallToolResult } from '@modelcontextprotocol/server';
import { asProblem, Catalogue, DirectRun } from '../gateway/index.js';
import { invalidInput, shortened } from '../platform/index.js';
import type { McpAsker } from './mcp-asker.js';
import { OwnToolCalls } from './own-tool-calls.js';
import { CALL_TOOL, SEARCH_TOOLS } from './own-tools.js';
import { SessionLimits } from './session-limits.js';
import { readInput } from './tool-input.js';
import { ToolOutputs, type OutputRequest } from './tool-outputs.js';
import { pendingResult, problemResult } from './tool-results.js';

export interface ToolCall {
  readonly name: string;
  readonly input: Record<string, unknown>;
}

/** Calls of tools. One of the catalogue walks the gateway; there is no other way from here to a provider. */
@Injectable()
export class ToolCalls {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly runs: DirectRun,
    private readonly own: OwnToolCalls,
    private readonly outputs: ToolOutputs,
    private readonly limits: SessionLimits,
  ) {}

  /**
   * @returns what happened; a refusal too, with its problem, since a model can act on it
   * @throws ProtocolError for a tool that does not exist
   */
  async call(asker: McpAsker, call: ToolCall): Promise<CallToolResult> {
    try {
      return await this.dispatch(asker, call);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      return problemResult(await asker.problemOf(asProblem(error)));
    }
  }

  private dispatch(asker: McpAsker, { name, input }: ToolCall): Promise<CallToolResult> {
    if (name === CALL_TOOL.name) return this.runFound(asker, input);
    return this.own.call(asker, { name, input }) ?? this.run(asker, { name, input }, {});
  }

  /** The same run: a tool that is found is called under the same policy, schema, limits and audit as one that is listed. */
  private async runFound(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult> {
    const { tool: name, arguments: input, ...request } = readInput(CALL_TOOL.input, sent);
    if (this.catalogue.actionOfTool(name) === undefined)
      throw invalidInput(`tool: there is no tool ${shortened(name)}; find one with ${SEARCH_TOOLS.name}`);
    return this.run(asker, { name, input }, request);
  }

  private async run(
    asker: McpAsker,
    { name, input: sent }: ToolCall,
    request: OutputRequest,
  ): Promise<CallToolResult> {
    const action = this.catalogue.actionOfTool(name);
    if (action === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${shortened(name)}`);
    this.limits.requireTool(asker, action, name);
    const { connectionId: named, ...input } = sent;
    if (named !== undefined && typeof named !== 'string') throw invalidInput('connectionId: must be text');
    const connectionId = await this.limits.connection(asker, action, named);
    const { caller, trace, userId, signal } = asker;
    const call = { caller, trace, userId, signal, action, connectionId, input, waitMs: 0 };
    const answer = await this.runs.runCall(call);
    return 'task' in answer
      ? pendingResult(answer.task)
      : this.outputs.result(asker, { ...answer, action }, request);
  }
}
