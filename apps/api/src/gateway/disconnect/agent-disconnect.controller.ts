import { Controller, Delete, Headers, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Audits } from '../../audit/index.js';
import { ConnectionsService, connectionView, ConnectionViews } from '../../connections/index.js';
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
import { DirectRun } from '../direct-run.js';
import { heldRunView, type HeldAnswer } from '../held-runs.js';
import { preferredWaitMs } from '../preferred-wait.js';
import { DISCONNECT, disconnectionOf } from './disconnection.js';

/** Disconnecting for everybody; what an agent asks for may wait for a person. */
@DocumentedUnder('connections')
@AllowCallers('agent', 'user', 'operator')
@Controller()
export class AgentDisconnectController {
  constructor(
    private readonly disconnects: Disconnect,
    private readonly connections: ConnectionsService,
    private readonly views: ConnectionViews,
    private readonly runs: DirectRun,
  ) {}

  @Audits(
    'connection.disconnected',
    'connection.revoked',
    'connection.expired',
    'standing_approval.ended',
    'task.queued',
    'approval.requested',
    'approval.used',
    'standing_approval.used',
  )
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
    const answer = await this.asAgent(id, caller, trace, waitMs);
    if (!('task' in answer)) return answer.output as z.input<typeof connectionView>;
    if (waitMs > 0) void reply.header('preference-applied', `wait=${waitMs / 1_000}`);
    void reply.status(202);
    return answer.task;
  }

  private async asAgent(
    id: string,
    caller: Caller,
    trace: RequestTrace,
    waitMs: number,
  ): Promise<HeldAnswer> {
    const connection = await this.connections.getConnection(id);
    const input = disconnectionOf(connection);
    const { userId } = connection;
    return this.runs.runCall({
      caller,
      trace,
      userId,
      connectionId: id,
      action: DISCONNECT,
      input,
      isOther: true,
      waitMs,
    });
  }
}
