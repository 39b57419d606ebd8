import { Controller, Delete, Get, Header, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  AsksInHandler,
  CurrentCaller,
  CurrentMayShow,
  CurrentTrace,
  Undocumented,
  type CallerOf,
  type MayShow,
  type RequestTrace,
} from '../platform/index.js';
import { AgentDisconnects, DISCONNECT_AUDITS } from '../gateway/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { fullConnection } from './connection-answer.js';
import { NangoCredentials } from './credentials.js';
import { ListedConnections } from './listed-connections.js';
import { NamedConnections } from './named-connections.js';
import { listQuery, oneQuery, type ListQuery, type OneQuery } from './nango.schemas.js';
import { notSupported } from './unsupported.js';

const BECAUSE = 'the integration has to be looked up before it is known which connection is meant';

/** Connections as Nango's clients read them. */
@Undocumented()
@AllowCallers('agent')
@Controller()
export class NangoConnectionsController {
  constructor(
    private readonly listed: ListedConnections,
    private readonly named: NamedConnections,
    private readonly credentials: NangoCredentials,
    private readonly connectors: ConnectorsService,
    private readonly disconnects: AgentDisconnects,
  ) {}

  @AuditsNothing('shows what is stored; it changes nothing and calls nobody')
  @Asks('connection.list', 'query', 'connection.read')
  @Get(['connections', 'connection'])
  async list(@Query({ schema: listQuery }) query: ListQuery, @CurrentMayShow() mayShow?: MayShow) {
    return { connections: await this.listed.listPage(query, mayShow) };
  }

  @Audits('access_token.read', 'token_set.refreshed', 'token_set.refresh_failed', 'connection.expired')
  @AsksInHandler(BECAUSE)
  @Get(['connections/:id', 'connection/:id'])
  @Header('cache-control', 'no-store')
  async getConnection(
    @Param('id') id: string,
    @Query({ schema: oneQuery }) query: OneQuery,
    @CurrentCaller() caller: CallerOf<'agent'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    if (query.refresh_token)
      throw notSupported('reading refresh tokens: they never leave the vault. Leave refresh_token out.');
    const named = { key: query.provider_config_key, id };
    const { connection, integration } = await this.named.require(named, 'connection.read', caller, trace);
    const credentials = await this.credentials.of(connection, caller, trace, query.force_refresh);
    const connector = await this.connectors.findConnector(connection.connectorId);
    return fullConnection(
      connection,
      connector?.preset.id ?? connection.target,
      integration.key,
      credentials,
    );
  }

  @Audits(...DISCONNECT_AUDITS)
  @AsksInHandler(BECAUSE)
  @Delete(['connections/:id', 'connection/:id'])
  async deleteConnection(
    @Param('id') id: string,
    @Query({ schema: oneQuery }) query: OneQuery,
    @CurrentCaller() caller: CallerOf<'agent'>,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { connection } = await this.named.findNamed(query.provider_config_key, id);
    const answer = await this.disconnects.disconnect(connection.id, caller, trace, 0);
    if (!('task' in answer)) return { success: true };
    void reply.status(202);
    return { success: false, ...answer.task };
  }
}
