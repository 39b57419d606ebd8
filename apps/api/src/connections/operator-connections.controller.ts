import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  Documented,
  DocumentedUnder,
  pageQuery,
  sendPage,
  type PageRequest,
} from '../platform/index.js';
import { connectionView } from './connection.view.js';
import { ConnectionViews } from './connection-views.js';
import { ConnectionsService } from './connections.service.js';

@DocumentedUnder('connections')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/connections')
export class OperatorConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly views: ConnectionViews,
  ) {}

  @Get()
  @Documented({ summary: 'List connections for the dashboard', answer: connectionView.array() })
  async listConnections(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = sendPage(reply, 'connections', page, await this.connections.listConnections(page));
    return this.views.all(rows);
  }

  @Get(':id')
  @Documented({ summary: 'Read one connection', answer: connectionView })
  async getConnection(@Param('id') id: string) {
    return this.views.one(await this.connections.getConnection(id));
  }
}
