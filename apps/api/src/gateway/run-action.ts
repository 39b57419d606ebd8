import { Injectable } from '@nestjs/common';
import { ProviderError, type ActionCall, type ProviderCall } from '@valetkey/providers';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import type { SealedConnection } from '../connections/index.js';
import { Problem } from '../platform/index.js';
import { ApprovalNeeded, type ActionResult, type CheckedRequest, type RecoveryResult } from './action-run.js';
import { ActionAccess } from './action-access.js';
import { ActionAttempt, isOver, isRefusal, type Step } from './action-attempt.js';
import { OtherRuns } from './other-runs.js';
import { AuditedArguments } from './audited-arguments.js';
import { appPermissionMissing, providerProblem, wantedFirst } from './provider-problem.js';

interface Done<Result> {
  readonly result: Result;
  readonly connection: SealedConnection;
}

/** The answer of a provider about an effect, and the connection over which it was asked. */
type RecoveredRun = RecoveryResult & Pick<ActionResult, 'connectionId'>;

/** Runs checked actions: the intent is committed before a byte leaves, the outcome after the answer. */
@Injectable()
export class RunAction {
  constructor(
    private readonly access: ActionAccess,
    private readonly attempts: ActionAttempt,
    private readonly audit: Audit,
    private readonly auditedArguments: AuditedArguments,
    private readonly others: OtherRuns,
  ) {}

  /**
   * Runs once. The effect id names this logical effect over all its attempts.
   * @throws Problem for the caller's and our own part; ProviderError for the provider's, since a retry depends on
   *   whether the effect may have happened
   */
  async run(request: CheckedRequest, effectId: string): Promise<ActionResult> {
    if (request.isOther) return this.others.run(request, effectId);
    const { action, permit, principal, userId } = request;
    const { result, connection } = await this.over(request, effectId, async (call, used) => {
      const question = await this.access.checkRecipients(request, call);
      await permit?.spend({ principal, userId, action, input: call.input, connection: used, effectId });
      await this.access.count(request, question, effectId);
      return action.run(call);
    });
    return { output: result, connectionId: connection.id };
  }

  /** Asks the provider whether the effect happened in an attempt whose end is not known. */
  async recover(request: CheckedRequest, effectId: string, attemptedAt: Date): Promise<RecoveredRun> {
    const { recover } = request.action;
    // Only one that changes nothing when it is repeated can be asked about, and needs no token for it.
    if (request.isOther && recover) return { absent: true, connectionId: '' };
    if (!recover) return { unknown: 'the provider offers no way to ask', connectionId: '' };
    const step: Step<RecoveryResult> = (call) => recover({ ...call, attemptedAt });
    const { result, connection } = await this.over(request, effectId, step, { recovery: true });
    return { ...result, connectionId: connection.id };
  }

  private async over<Result>(
    request: CheckedRequest,
    effectId: string,
    step: (call: ActionCall<unknown>, connection: SealedConnection) => Promise<Result>,
    more: Record<string, unknown> = {},
  ): Promise<Done<Result>> {
    const detail = request.permit ? { ...more, ...request.permit.named } : more;
    const asked = { ...eventOf(request), arguments: await this.auditedArguments.of(request.input) };
    const { connection, eventId } = await this.access.intend(request, {
      ...asked,
      outcome: 'intended',
      detail: { ...detail, effect: request.action.effect },
    });
    const { id: connectionId, target, scopes } = connection;
    const event = { ...asked, connectionId, target, scopes };
    const calls: ProviderCall[] = [];
    const startedAt = performance.now();
    // Once the provider has acted, its answer is told even if the log takes no outcome: refused, a caller would send
    // again what has happened. The intent stands, and the want of an outcome is seen.
    const outcome = (result: 'succeeded' | 'failed', further: Record<string, unknown>) =>
      this.audit
        .record({
          ...event,
          outcome: result,
          durationMs: performance.now() - startedAt,
          providerStatus: calls.at(-1)?.status,
          detail: { ...detail, intent: eventId, calls: calls.map(summary), ...further },
        })
        .catch(() => undefined);
    try {
      const result = await this.attempts.take(request, connection, {
        effectId,
        step: (call) => step(call, connection),
        calls,
      });
      await outcome('succeeded', {});
      return { result, connection };
    } catch (error) {
      const known =
        error instanceof ProviderError || error instanceof Problem
          ? error.code
          : error instanceof ApprovalNeeded
            ? error.need.problem.code
            : 'internal_error';
      await outcome('failed', { code: known });
      throw await this.explained(request, connection, error);
    }
  }

  /** Missing rights become the problem with the link; everything else stays what it is. */
  private async explained(
    request: CheckedRequest,
    connection: SealedConnection,
    error: unknown,
  ): Promise<unknown> {
    if (error instanceof ProviderError && error.code === 'insufficient_scope') {
      // A page at the provider is named where no consent of the user helps.
      if (error.fixUrl !== undefined) return appPermissionMissing(request, error);
      return this.access.insufficientScope(request, error.missingScopes ?? request.action.scopes, connection);
    }
    const wanted = error instanceof ProviderError && !error.mayHaveHappened && wantedFirst(request, error);
    if (wanted) return wanted;
    return isRefusal(error) || isOver(error) ? this.access.authorizationRequired(request, connection) : error;
  }
}

function eventOf({ principal, userId, action, taskId, trace }: CheckedRequest) {
  return {
    type: 'action.run',
    actor: principal,
    userId,
    agentId: principal.type === 'agent' ? principal.id : undefined,
    taskId,
    action: action.id,
    ...trace,
  } satisfies Omit<NewAuditEvent, 'outcome'>;
}

function summary({ method, status, durationMs }: ProviderCall) {
  return { method, status, durationMs: Math.round(durationMs) };
}

/** For callers that wait for the answer: every failure as a problem. */
export function asProblem(error: unknown): unknown {
  if (error instanceof ApprovalNeeded) return error.need.problem;
  return error instanceof ProviderError ? providerProblem(error) : error;
}
