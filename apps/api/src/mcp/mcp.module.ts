import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { GatewayModule } from '../gateway/index.js';
import { PoliciesModule } from '../policies/index.js';
import { ResultsModule } from '../results/index.js';
import { TasksModule } from '../tasks/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { ConnectTool } from './connect-tool.js';
import { ConsentWaits } from './elicitation/consent-waits.js';
import { Elicitation } from './elicitation/elicitation.js';
import { RequestStates } from './elicitation/request-states.js';
import { SpentStatesRepository } from './elicitation/spent-states.repository.js';
import { McpController } from './mcp.controller.js';
import { McpServers } from './mcp-servers.js';
import { OwnToolCalls } from './own-tool-calls.js';
import { ResultResources } from './result-resources.js';
import { ResultTool } from './result-tool.js';
import { SearchTool } from './search-tool.js';
import { SessionLimits } from './session-limits.js';
import { SessionCleanup } from './sessions/session-cleanup.js';
import { SessionCredentials } from './sessions/session-credentials.js';
import { SessionNames } from './sessions/session-names.js';
import { SessionsController } from './sessions/sessions.controller.js';
import { SessionsRepository } from './sessions/sessions.repository.js';
import { SessionsService } from './sessions/sessions.service.js';
import { TaskTool } from './task-tool.js';
import { ToolCalls } from './tool-calls.js';
import { ToolList } from './tool-list.js';
import { ToolOutputs } from './tool-outputs.js';

/**
 * The catalogue of actions as an MCP server: each caller sees the tools that policy allows for its user. A call walks
 * the gateway like any other; this room only translates.
 */
@Module({
  imports: [
    AgentsModule,
    AuthorizationsModule,
    ConnectionsModule,
    GatewayModule,
    PoliciesModule,
    ResultsModule,
    TasksModule,
    UsersModule,
    VaultModule,
  ],
  controllers: [McpController, SessionsController],
  providers: [
    McpServers,
    ToolList,
    ToolCalls,
    OwnToolCalls,
    ConnectTool,
    ResultTool,
    ResultResources,
    ToolOutputs,
    TaskTool,
    SearchTool,
    SessionLimits,
    Elicitation,
    RequestStates,
    SpentStatesRepository,
    ConsentWaits,
    SessionsService,
    SessionNames,
    SessionsRepository,
    SessionCredentials,
    SessionCleanup,
  ],
  exports: [SessionsService],
})
export class McpModule {}
