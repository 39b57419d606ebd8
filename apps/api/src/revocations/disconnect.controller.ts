import { Controller, Delete, Param } from '@nestjs/common';
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
import { connectionView, ConnectionViews } from '../connections/index.js';
import { Disconnect } from './disconnect.js';

@DocumentedUnder('connections')
@AllowCallers('agent', 'user', 'operator')
@Controller()
export class DisconnectController {
  constructor(
    private readonly disconnects: Disconnect,
    private readonly views: ConnectionViews,
  ) {}

  @Audits('connection.disconnected', 'connection.revoked', 'connection.expired', 'standing_approval.ended')
  @Asks('connection.disconnect', 'connection')
  @Delete(['v1/connections/:id', 'my-account/connections/:id', 'v1/operator/connections/:id'])
  @Documented({
    summary: 'Disconnect and revoke at the provider; the history stays',
    description:
      'Once more changes nothing and answers the same. Where the provider ends whole grants, `sharesGrantWith` of the connection names the others of the same user that end with it.',
    answer: connectionView,
  })
  async disconnect(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.views.one(await this.disconnects.disconnect(id, caller, trace));
  }
}
