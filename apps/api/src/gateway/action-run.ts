import type { Action, Recovery } from '@valetkey/providers';
import type { Principal } from '../policies/index.js';
import type { RequestTrace } from '../platform/index.js';

/** One request to run an action for a user. */
export interface ActionRequest {
  readonly principal: Principal;
  readonly userId: string;
  readonly action: string;
  readonly connectionId?: string | undefined;
  readonly input: unknown;
  readonly trace?: RequestTrace | undefined;
  readonly taskId?: string | undefined;
}

/** A request that passed every check that needs no provider. */
export interface CheckedRequest extends Omit<ActionRequest, 'action' | 'input'> {
  readonly action: Action;
  /** Parsed by the action's schema. */
  readonly input: unknown;
}

export interface ActionResult {
  readonly output: unknown;
  readonly connectionId: string;
}

export type RecoveryResult = Recovery<unknown>;
