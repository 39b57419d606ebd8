import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import { actorOf, Audits } from '../../audit/index.js';
import { ConnectorsService } from '../../connectors/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  notFound,
  requireOwner,
  StepUp,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { McpServers } from './mcp-servers.js';
import { mcpServerView, newMcpServer } from './mcp-servers.schemas.js';

/** MCP servers whose tools operators make actions of. */
@DocumentedUnder('providers')
@AllowCallers('operator')
@Controller('v1/operator/mcp-servers')
export class McpServersController {
  constructor(
    private readonly servers: McpServers,
    private readonly connectors: ConnectorsService,
  ) {}

  @Audits('connector.configured')
  @StepUp()
  @Post()
  @Documented({
    summary: 'Add an MCP server: it becomes a connector, and its tools can be imported',
    description:
      'It is asked how users sign in (RFC 9728), and its authorization server is told of us. Look at its tools with /v1/operator/provider-previews, once a user has connected if it wants a sign-in.',
    status: 201,
    answer: mcpServerView,
    problems: ['owner_required', 'mcp_server_refused', 'target_taken'],
  })
  async create(
    @Body({ schema: newMcpServer }) body: z.output<typeof newMcpServer>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof mcpServerView>> {
    requireOwner(caller);
    const { connectorId, issuer } = await this.servers.add(body, { actor: actorOf(caller), trace, caller });
    const connector = await this.connectors.findConnector(connectorId);
    const server = connector?.options.mcpServer;
    if (!connector || !server) throw notFound('connector');
    const { target: id, displayName } = connector;
    return {
      id,
      displayName,
      url: server.url,
      signIn: server.signIn,
      connectorId,
      ...(issuer === undefined ? {} : { issuer }),
    };
  }
}
