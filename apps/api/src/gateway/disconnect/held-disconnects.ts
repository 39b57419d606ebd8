import { Injectable } from '@nestjs/common';
import { ConnectionsService, ConnectionViews, type SealedConnection } from '../../connections/index.js';
import { PoliciesService, verbAction } from '../../policies/index.js';
import { inputProblem } from '../../platform/index.js';
import { Disconnect } from '../../revocations/index.js';
import type { ActionRequest, ActionResult, CheckedRequest, JudgedRun } from '../action-run.js';
import { DISCONNECT, disconnectAction, disconnection, disconnectionOf } from './disconnection.js';

/** Disconnections that agents ask for: judged by the policy, done under a person's approval or without one. */
@Injectable()
export class HeldDisconnects {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly policies: PoliciesService,
    private readonly disconnects: Disconnect,
    private readonly views: ConnectionViews,
  ) {}

  /** @throws Problem 404, 403 by policy, 400 where the arguments are not those of the connection */
  async judge(asked: ActionRequest): Promise<JudgedRun> {
    const { principal, userId, trace, permit, effectId } = asked;
    const connection = await this.connectionOf(asked);
    const input = disconnectionOf(connection);
    const parsed = disconnection.safeParse(asked.input);
    const { connectionId, target } = input;
    if (parsed.data?.connectionId !== connectionId || parsed.data.target !== target)
      throw inputProblem([{ path: 'input', message: 'must name the connection that was asked about' }]);
    const need = await this.policies.requireOrApproval(
      { principal, userId, effectId, action: verbAction(DISCONNECT), context: { connectionId, target } },
      trace,
    );
    const checked = { ...asked, action: disconnectAction, input: parsed.data };
    return need && !permit?.covers(need) ? { ...checked, need } : checked;
  }

  /** The connection that is meant, with tokens or without. @throws Problem 404 */
  connectionOf({
    connectionId = '',
    userId,
  }: Pick<ActionRequest, 'connectionId' | 'userId'>): Promise<SealedConnection> {
    return this.connections.getConnection(connectionId, userId);
  }

  /** Ends the connection; once more changes nothing. */
  async run(request: CheckedRequest, effectId: string): Promise<ActionResult> {
    const { principal, userId, action, input, permit, trace } = request;
    const connection = await this.connectionOf(request);
    await permit?.spend({ principal, userId, action, input, connection, effectId });
    const ended = await this.disconnects.disconnectAs(principal, connection, trace);
    return { output: await this.views.one(ended), connectionId: connection.id };
  }
}
