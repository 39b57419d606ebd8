import { Controller, Delete, Param } from '@nestjs/common';
import { Audits } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  type CallerOf,
  type RequestTrace,
} from '../platform/index.js';
import { connectionView, ConnectionViews } from '../connections/index.js';
import { Disconnect } from './disconnect.js';

/** The description of the routes that disconnect. */
export const DISCONNECTING = {
  summary: 'Disconnect and revoke at the provider; the history stays',
  description:
    'Once more changes nothing and answers the same. Where the provider ends whole grants, `sharesGrantWith` of the connection names the others of the same user that end with it.',
  answer: connectionView,
};

/** Disconnecting by users and operators; what agents ask for may wait for a person, see gateway/disconnect. */
@DocumentedUnder('connections')
@AllowCallers('user', 'operator')
@Controller()
export class DisconnectController {
  constructor(
    private readonly disconnects: Disconnect,
    private readonly views: ConnectionViews,
  ) {}

  @Audits('connection.disconnected', 'connection.revoked', 'connection.expired', 'standing_approval.ended')
  @Delete(['my-account/connections/:id', 'v1/operator/connections/:id'])
  @Documented(DISCONNECTING)
  async disconnect(
    @Param('id') id: string,
    @CurrentCaller() caller: CallerOf<'user' | 'operator'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.views.one(await this.disconnects.disconnect(id, caller, trace));
  }
}
