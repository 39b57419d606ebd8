import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import type { McpAsker } from './mcp-asker.js';
import { SEARCH_TOOLS } from './own-tools.js';
import { readInput } from './tool-input.js';
import { ToolList, type JudgedTool } from './tool-list.js';
import { readableResult } from './tool-results.js';

/** Finds tools by what somebody wants to do, and says how a call of each would be answered. */
@Injectable()
export class SearchTool {
  constructor(private readonly list: ToolList) {}

  /** @throws Problem 403 by policy */
  async call(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult> {
    const { query, limit } = readInput(SEARCH_TOOLS.input, sent);
    const found = await this.list.judged(asker, { q: query, limit });
    const tools = found.map(hit);
    if (tools.length === 0) return readableResult('No tool fits these words; try others.', { tools });
    return readableResult(JSON.stringify({ tools }), { tools });
  }
}

/** A tool that cannot be called needs no schema: it is shown so that the model can say why. */
function hit({ tool, state, reason }: JudgedTool) {
  const { name, description, inputSchema, annotations } = tool;
  if (state === 'not_allowed') return { name, description, state, reason };
  return { name, description, state, inputSchema, annotations };
}
