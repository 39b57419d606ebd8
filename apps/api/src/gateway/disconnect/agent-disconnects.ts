import { Injectable } from '@nestjs/common';
import { ConnectionsService } from '../../connections/index.js';
import type { Caller, RequestTrace } from '../../platform/index.js';
import { DirectRun } from '../direct-run.js';
import type { HeldAnswer } from '../held-runs.js';
import { DISCONNECT, disconnectionOf } from './disconnection.js';

/** The one way of a disconnection that an agent asks for, whatever address it comes by. */
@Injectable()
export class AgentDisconnects {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly runs: DirectRun,
  ) {}

  /** @throws Problem 404, 403 by policy */
  async disconnect(id: string, caller: Caller, trace: RequestTrace, waitMs: number): Promise<HeldAnswer> {
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
