import { Body, Controller, Delete, Get, Inject, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing, actorOf } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  idFilter,
  notFound,
  pageQuery,
  requireStepUp,
  sendPage,
  StepUpInHandler,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { ConnectorChanges, type ChangedBy } from './connector-changes.js';
import { connectorChange, newConnector } from './connector-definition.js';
import { ConnectorTerminations } from './connector-terminations.js';
import { connectorView, presetView, viewConnector, viewPresets } from './connector.view.js';
import { ConnectorsRepository } from './connectors.repository.js';

const disabling = z.strictObject({
  tokens: z
    .enum(['keep', 'drop'])
    .describe(
      'keep: they stay sealed and work again once the connector is enabled. drop: every connection is disconnected and revoked at the provider.',
    ),
});
const CHANGE_PROBLEMS = ['owner_required', 'connector_read_only', 'connector_in_use'] as const;

function changedBy(caller: Caller, trace: RequestTrace): ChangedBy {
  return { actor: actorOf(caller), trace, caller };
}

const WHEN_CONFIRMED = 'it is confirmed that users will have to connect again';

@DocumentedUnder('connectors')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator')
export class ConnectorsController {
  constructor(
    private readonly rows: ConnectorsRepository,
    private readonly changes: ConnectorChanges,
    private readonly terminations: ConnectorTerminations,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Get('connector-presets')
  @Documented({
    summary: 'The kinds of authorization servers, and what each leaves to the operator',
    answer: presetView.array(),
  })
  presets(@Res({ passthrough: true }) reply: FastifyReply) {
    const rows = viewPresets(this.settings);
    const page = { filter: {}, skip: 0, take: rows.length, sort: undefined };
    return sendPage(reply, 'connector-presets', page, { rows, total: rows.length });
  }

  @Get('connectors')
  @Documented({ summary: 'List connectors; secrets are never shown', answer: connectorView.array() })
  async listConnectors(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const ids = idFilter(page);
    const all = (await this.rows.all()).filter(({ id }) => !ids || ids.includes(id));
    if (page.sort?.direction === 'desc') all.reverse();
    const counts = await this.rows.counts();
    const rows = all.slice(page.skip, page.skip + page.take);
    return sendPage(reply, 'connectors', page, { rows, total: all.length }).map((row) =>
      viewConnector(row, counts.get(row.id), this.settings),
    );
  }

  @Get('connectors/:id')
  @Documented({ summary: 'Read one connector', answer: connectorView })
  async getConnector(@Param('id') id: string) {
    const found = (await this.rows.all()).find((connector) => connector.id === id);
    if (!found) throw notFound('connector');
    return viewConnector(found, (await this.rows.counts()).get(id), this.settings);
  }

  @Audits('connector.configured')
  @Post('connectors')
  @Documented({
    summary: 'Create a connector; it serves at once',
    status: 201,
    answer: connectorView,
    problems: ['target_taken'],
  })
  async create(
    @Body({ schema: newConnector }) body: z.output<typeof newConnector>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.getConnector(await this.changes.create(body, changedBy(caller, trace)));
  }

  @Audits('connector.configured')
  @Put('connectors/:id')
  @StepUpInHandler(WHEN_CONFIRMED)
  @Documented({
    summary: 'Change a connector (the same as PATCH)',
    answer: connectorView,
    problems: CHANGE_PROBLEMS,
  })
  put(
    @Param('id') id: string,
    @Body({ schema: connectorChange }) body: z.output<typeof connectorChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.update(id, body, caller, trace);
  }

  @Audits('connector.configured')
  @Patch('connectors/:id')
  @StepUpInHandler(WHEN_CONFIRMED)
  @Documented({
    summary: 'Change a connector that an operator made; what is left out stays as it is',
    answer: connectorView,
    problems: CHANGE_PROBLEMS,
  })
  async update(
    @Param('id') id: string,
    @Body({ schema: connectorChange }) body: z.output<typeof connectorChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    if (body.confirm) requireStepUp(caller);
    await this.changes.update(id, body, changedBy(caller, trace));
    return this.getConnector(id);
  }

  @Audits('connector.configured', 'connection.disconnected', 'standing_approval.ended')
  @Post('connectors/:id/disable')
  @StepUpInHandler('it drops the tokens of all connections')
  @Documented({
    summary: 'Take a connector out of service at once, and keep or drop the tokens of its connections',
    answer: connectorView,
  })
  async disable(
    @Param('id') id: string,
    @Body({ schema: disabling }) { tokens }: z.output<typeof disabling>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    if (tokens === 'drop') requireStepUp(caller);
    await this.terminations.disable(id, tokens, changedBy(caller, trace));
    return this.getConnector(id);
  }

  @Audits('connector.configured')
  @Post('connectors/:id/enable')
  @Documented({
    summary: 'Bring a disabled connector back into service',
    answer: connectorView,
    problems: ['connector_not_configured'],
  })
  async enable(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    await this.terminations.enable(id, changedBy(caller, trace));
    return this.getConnector(id);
  }

  @Audits('connector.deleted')
  @Delete('connectors/:id')
  @Documented({
    summary: 'Delete a connector that no connection uses any more',
    answer: connectorView,
    problems: CHANGE_PROBLEMS,
  })
  async delete(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const deleted = await this.getConnector(id);
    await this.terminations.delete(id, changedBy(caller, trace));
    return deleted;
  }
}
