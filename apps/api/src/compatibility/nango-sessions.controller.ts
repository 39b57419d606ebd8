import { Body, Controller, Post } from '@nestjs/common';
import { Audits } from '../audit/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  Undocumented,
  type CallerOf,
  type RequestTrace,
} from '../platform/index.js';
import { ConnectLinks } from './connect-links.js';
import { newSession, reconnectSession, type NewSession, type ReconnectSession } from './nango.schemas.js';

const BECAUSE = 'the user has to be read out of end_user or tags, or is that of the connection';

/** Connect sessions as Nango's clients ask for them: each is a link to our own page. */
@Undocumented()
@AllowCallers('agent')
@Controller('connect/sessions')
export class NangoSessionsController {
  constructor(private readonly links: ConnectLinks) {}

  @Audits('authorization.started')
  @AsksInHandler(BECAUSE)
  @Post()
  async create(
    @Body({ schema: newSession }) body: NewSession,
    @CurrentCaller() caller: CallerOf<'agent'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return { data: await this.links.connect(body, caller, trace) };
  }

  @Audits('authorization.started')
  @AsksInHandler(BECAUSE)
  @Post('reconnect')
  async reconnect(
    @Body({ schema: reconnectSession }) body: ReconnectSession,
    @CurrentCaller() caller: CallerOf<'agent'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return { data: await this.links.reconnect(body, caller, trace) };
  }
}
