import { Controller, Delete, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Audits } from '../../audit/index.js';
import { connectionView, ConnectionViews } from '../../connections/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedAnswer,
  DocumentedHeader,
  DocumentedUnder,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { Disconnect, DISCONNECTING } from '../../revocations/index.js';
import { heldRunView } from '../held-runs.js';
import { preferredWaitMs } from '../preferred-wait.js';
import { AgentDisconnects } from './agent-disconnects.js';

/** Events that a disconnection of an agent may leave in the audit log. */
export const DISCONNECT_AUDITS = [
  'connection.disconnected',
  'connection.revoked',
  'connection.expired',
  'standing_approval.ended',
  'task.queued',
  'approval.requested',
  'approval.used',
  'standing_approval.used',
] as const;

/** Disconnecting for everybody; what an agent asks for may wait for a person. */
@DocumentedUnder('connections')
@AllowCallers('agent', 'user', 'operator')
@Controller()
export class AgentDisconnectController {
  constructor(
    private readonly disconnects: Disconnect,
    private readonly views: ConnectionViews,
    private readonly ofAgents: AgentDisconnects,
  ) {}

  @Audits(...DISCONNECT_AUDITS)
  @AsksInHandler('may wait for a person: asks as the run that would wait, see HeldDisconnects')
  @Delete('v1/connections/:id')
  @DocumentedHeader(
    'Prefer',
    '`wait=30`: hold the answer so many seconds, 60 at most, for a person to decide.',
  )
  @DocumentedAnswer({
    status: 202,
    description:
      'A person has to agree first, which is so for agents unless a rule permits it: the task that waits.',
    standardSchema: heldRunView as never,
  })
  @Documented({ ...DISCONNECTING, problems: ['policy_denied', 'approval_required'] })
  async disconnect(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.input<typeof connectionView> | z.input<typeof heldRunView>> {
    if (caller.type !== 'agent') return this.views.one(await this.disconnects.disconnect(id, caller, trace));
    const waitMs = preferredWaitMs(prefer);
    const answer = await this.ofAgents.disconnect(id, caller, trace, waitMs);
    if (!('task' in answer)) return answer.output as z.input<typeof connectionView>;
    if (waitMs > 0) void reply.header('preference-applied', `wait=${waitMs / 1_000}`);
    void reply.status(202);
    return answer.task;
  }
}
