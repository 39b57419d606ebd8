import { ProviderError } from '@valetkey/providers';
import { Problem } from '../platform/index.js';
import { ApprovalNeeded } from './action-run.js';
import { providerProblem } from './provider-problem.js';

/** A failed run, with the facts that a retry depends on. */
export interface Failure {
  readonly problem: Problem;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
  /** False is a promise: the provider refused, or was never reached. */
  readonly mayHaveHappened: boolean;
}

/** Judges what a run threw; `undefined` for our own mistakes, which nobody should retry blindly. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof ProviderError) {
    const { retryable, retryAfterMs, mayHaveHappened } = error;
    return { problem: providerProblem(error), retryable, retryAfterMs, mayHaveHappened };
  }
  const problem = error instanceof ApprovalNeeded ? error.need.problem : error;
  if (!(problem instanceof Problem)) return undefined;
  const wait = problem.extensions['retryAfterMs'];
  return {
    problem,
    retryable: problem.status === 503,
    retryAfterMs: typeof wait === 'number' ? wait : undefined,
    mayHaveHappened: false,
  };
}
