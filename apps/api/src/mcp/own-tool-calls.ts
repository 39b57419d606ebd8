import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { ConnectTool } from './connect-tool.js';
import type { McpAsker } from './mcp-asker.js';
import { CONNECT, GET_TASK, READ_RESULT, SEARCH_TOOLS } from './own-tools.js';
import { ResultTool } from './result-tool.js';
import { SearchTool } from './search-tool.js';
import { TaskTool } from './task-tool.js';

interface OwnToolCall {
  call(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult>;
}

/** The tools of this server itself, by their names. */
@Injectable()
export class OwnToolCalls {
  private readonly byName: ReadonlyMap<string, OwnToolCall>;

  constructor(connect: ConnectTool, tasks: TaskTool, search: SearchTool, results: ResultTool) {
    this.byName = new Map<string, OwnToolCall>([
      [CONNECT.name, connect],
      [GET_TASK.name, tasks],
      [SEARCH_TOOLS.name, search],
      [READ_RESULT.name, results],
    ]);
  }

  /** @returns `undefined` when it is no tool of ours */
  call(
    asker: McpAsker,
    { name, input }: { readonly name: string; readonly input: Record<string, unknown> },
  ): Promise<CallToolResult> | undefined {
    return this.byName.get(name)?.call(asker, input);
  }
}
