import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import type { z } from 'zod';
import { Audits } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { checkView, connectionChange } from './connection-commands.schemas.js';
import { ConnectionCommands } from './connection-commands.js';
import { ConnectionViews } from './connection-views.js';
import { connectionView } from './connection.view.js';

@DocumentedUnder('connections')
@AllowCallers('agent', 'user', 'operator')
@Controller()
export class ConnectionCommandsController {
  constructor(
    private readonly commands: ConnectionCommands,
    private readonly views: ConnectionViews,
  ) {}

  @Audits('token_set.refreshed', 'token_set.refresh_failed', 'connection.expired')
  @Asks('connection.refresh', 'connection')
  @Post(['v1/connections/:id/refresh', 'v1/operator/connections/:id/refresh'])
  @Documented({
    summary: 'Refresh the token set now',
    answer: connectionView,
    problems: [
      'token_not_found',
      'not_refreshable',
      'reauthorization_required.link',
      'connector_disabled',
      'token_storage_disabled',
      'provider_unavailable.refresh',
    ],
  })
  async refresh(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.views.one(await this.commands.refresh(id, caller, trace));
  }

  @Audits('connection.checked', 'token_set.refreshed', 'token_set.refresh_failed', 'connection.expired')
  @Asks('connection.check', 'connection')
  @Post(['v1/connections/:id/check', 'my-account/connections/:id/check', 'v1/operator/connections/:id/check'])
  @Documented({
    summary: 'Ask the provider whether the token still works',
    description:
      'A refused token is refreshed once and asked about again before it counts as dead. An outage changes nothing.',
    answer: checkView,
    problems: ['token_not_found', 'connector_disabled'],
  })
  async check(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    const { connection, ...found } = await this.commands.check(id, caller, trace);
    return { ...found, connection: await this.views.one(connection) };
  }

  @Audits('connection.updated')
  @Asks('connection.rename', 'connection')
  @Patch(['v1/connections/:id', 'my-account/connections/:id', 'v1/operator/connections/:id'])
  @Documented({
    summary: 'Name a connection, to tell it from others of the same user',
    answer: connectionView,
    problems: ['alias_taken'],
  })
  async change(
    @Param('id') id: string,
    @Body({ schema: connectionChange }) body: z.output<typeof connectionChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.views.one(await this.commands.change(id, body, caller, trace));
  }
}
