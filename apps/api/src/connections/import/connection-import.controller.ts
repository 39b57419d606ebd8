import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Audits, actorOf } from '../../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  Problem,
  TakesMembers,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { ConnectionChecks } from '../checks/connection-checks.js';
import { ConnectionImport } from './connection-import.js';
import {
  importManyRequest,
  importManyView,
  importRequest,
  MEMBERS_OF_ONE,
  MOST_TOKEN_SETS,
} from './connection-import.schemas.js';
import { ConnectionViews } from '../connection-views.js';
import { connectionView } from '../connection.view.js';
import { ConnectionsService } from '../connections.service.js';

type Outcome = z.output<typeof importManyView>['data'][number];

/** How many token sets of one request are taken in at the same time. */
const AT_ONCE = 8;

/** Only operators import: a caller who names the account of a token could give a user another person's account. */
@DocumentedUnder('connections')
@AllowCallers('operator')
@Controller()
export class ConnectionImportController {
  constructor(
    private readonly imports: ConnectionImport,
    private readonly connections: ConnectionsService,
    private readonly checks: ConnectionChecks,
    private readonly views: ConnectionViews,
  ) {}

  @Audits('connection.imported')
  @Post('v1/connections')
  @Documented({
    summary: 'Import a token set that was obtained elsewhere',
    status: 201,
    answer: connectionView,
    problems: [
      'invalid_connector',
      'token_storage_disabled',
      'key_needed',
      'connector_disabled',
      'newer_token_set_stored',
      'provider_unavailable.refresh',
    ],
  })
  async one(
    @Body({ schema: importRequest }) { check, ...body }: z.output<typeof importRequest>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { outcome, connectionId } = await this.imports.import(body, actorOf(caller), trace);
    if (outcome === 'kept') throw new Problem('newer_token_set_stored', { connectionId });
    if (check) await this.check(connectionId, caller, trace);
    return this.views.one(await this.connections.getConnection(connectionId));
  }

  @Audits('connection.imported')
  @Post('v1/connections/import')
  @TakesMembers(MOST_TOKEN_SETS * MEMBERS_OF_ONE)
  @Documented({
    summary:
      'Import up to 1,000 token sets, each with an outcome of its own; sending them again changes nothing',
    answer: importManyView,
  })
  async many(
    @Body({ schema: importManyRequest }) { tokenSets, check }: z.output<typeof importManyRequest>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof importManyView>> {
    const data: Outcome[] = [];
    const waiting = tokenSets.entries();
    const worker = async () => {
      for (const [index, tokenSet] of waiting) {
        data[index] = { index, ...(await this.outcome(tokenSet, check, caller, trace)) };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { data };
  }

  private async outcome(
    tokenSet: z.output<typeof importManyRequest>['tokenSets'][number],
    check: boolean,
    caller: Caller,
    trace: RequestTrace,
  ): Promise<Omit<Outcome, 'index'>> {
    try {
      const imported = await this.imports.import(tokenSet, actorOf(caller), trace);
      if (!check || imported.outcome === 'kept') return imported;
      return { ...imported, check: await this.check(imported.connectionId, caller, trace) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return { outcome: 'failed', code: error.code, detail: error.detail };
    }
  }

  private async check(connectionId: string, caller: Caller, trace: RequestTrace) {
    const connection = await this.connections.getConnection(connectionId);
    return (await this.checks.check(connection, { actor: actorOf(caller), trace })).result;
  }
}
