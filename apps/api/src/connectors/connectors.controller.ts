import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  AllowCallers,
  Documented,
  idFilter,
  notFound,
  pageRequest,
  resourceListQuery,
  sendPage,
  type ResourceListQuery,
} from '../platform/index.js';
import { callbackUrl } from './callback-url.js';
import type { StoredConnector } from './connectors.repository.js';
import { ConnectorsService } from './connectors.service.js';

const connectorView = z.object({
  id: z.string(),
  target: z.string(),
  preset: z.string(),
  displayName: z.string(),
  clientId: z.string(),
  source: z.enum(['file', 'demo', 'operator']),
  storeTokens: z.boolean(),
  offlineAccess: z.boolean(),
  disabledAt: z.iso.datetime().optional(),
  connectionCount: z.int(),
  callbackUrl: z.url().describe('Register this one at the provider; each connector has its own.'),
});

@ApiTags('connectors')
@AllowCallers('operator')
@Controller('v1/operator/connectors')
export class ConnectorsController {
  constructor(
    private readonly connectors: ConnectorsService,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Get()
  @Documented({ summary: 'List connectors; secrets are never shown', answer: connectorView.array() })
  async page(
    @Query({ schema: resourceListQuery }) query: ResourceListQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const page = pageRequest(query);
    const ids = idFilter(page);
    const all = (await this.connectors.all()).filter(({ id }) => !ids || ids.includes(id));
    const rows = all.slice(page.skip, page.skip + page.take);
    return sendPage(reply, 'connectors', page, { rows, total: all.length }).map((row) => this.view(row));
  }

  @Get(':id')
  @Documented({ summary: 'Read one connector', answer: connectorView, problems: { not_found: 404 } })
  async get(@Param('id') id: string) {
    const found = (await this.connectors.all()).find((connector) => connector.id === id);
    if (!found) throw notFound('connector');
    return this.view(found);
  }

  private view(connector: StoredConnector): z.output<typeof connectorView> {
    const { id, target, displayName, clientId, source, connectionCount, options, disabledAt } = connector;
    return {
      id,
      target,
      preset: connector.preset.id,
      displayName,
      clientId,
      source,
      storeTokens: options.storeTokens,
      offlineAccess: options.offlineAccess,
      disabledAt: disabledAt?.toISOString(),
      connectionCount,
      callbackUrl: callbackUrl(this.settings, target),
    };
  }
}
