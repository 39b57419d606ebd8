import { Injectable } from '@nestjs/common';
import type { SealedConnection } from '../connections/index.js';
import type { ActionRequest, ActionResult, CheckedRequest, JudgedRun } from './action-run.js';
import { DISCONNECT } from './disconnect/disconnection.js';
import { HeldDisconnects } from './disconnect/held-disconnects.js';
import { proxiedProvider } from './proxy/held-request.js';
import { HeldRequests } from './proxy/held-requests.js';

/** Whether an id stands for a run that is no action of the catalogue: it has a route of its own. */
export function isOtherRun(actionId: string): boolean {
  return actionId === DISCONNECT || proxiedProvider(actionId) !== undefined;
}

/** Runs that are no actions and can wait for a person: requests of the proxy, disconnections. */
@Injectable()
export class OtherRuns {
  constructor(
    private readonly requests: HeldRequests,
    private readonly disconnections: HeldDisconnects,
  ) {}

  judge(request: ActionRequest): Promise<JudgedRun> {
    return request.action === DISCONNECT ? this.disconnections.judge(request) : this.requests.judge(request);
  }

  /** The connection of a run that needs none that works; `undefined`: it is found like that of an action. */
  async connectionOf(request: CheckedRequest): Promise<SealedConnection | undefined> {
    return request.action.id === DISCONNECT ? this.disconnections.connectionOf(request) : undefined;
  }

  run(request: CheckedRequest, effectId: string): Promise<ActionResult> {
    return request.action.id === DISCONNECT
      ? this.disconnections.run(request, effectId)
      : this.requests.run(request, effectId);
  }
}
