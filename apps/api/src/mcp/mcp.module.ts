import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/index.js';
import { GatewayModule } from '../gateway/index.js';
import { PoliciesModule } from '../policies/index.js';
import { TasksModule } from '../tasks/index.js';
import { ConnectTool } from './connect-tool.js';
import { McpController } from './mcp.controller.js';
import { McpServers } from './mcp-servers.js';
import { TaskTool } from './task-tool.js';
import { ToolCalls } from './tool-calls.js';
import { ToolList } from './tool-list.js';

/**
 * The catalogue of actions as an MCP server: each caller sees the tools that policy allows for its user. A call walks
 * the gateway like any other; this room only translates.
 */
@Module({
  imports: [AuthorizationsModule, GatewayModule, PoliciesModule, TasksModule],
  controllers: [McpController],
  providers: [McpServers, ToolList, ToolCalls, ConnectTool, TaskTool],
})
export class McpModule {}
