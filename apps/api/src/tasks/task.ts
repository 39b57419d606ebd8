import { backoffMs } from '../platform/index.js';

/** Where a task stands. */
export const TASK_STATUSES = [
  'queued',
  'running',
  'waiting_for_authorization',
  'waiting_for_approval',
  'scheduled',
  'succeeded',
  'failed',
  'canceled',
  'outcome_unknown',
] as const;

export type TaskStatus = (typeof TASK_STATUSES)[number];

const ENDED: ReadonlySet<TaskStatus> = new Set(['succeeded', 'failed', 'canceled', 'outcome_unknown']);

/** Whether the task changes no more by itself. */
export function hasEnded(status: TaskStatus): boolean {
  return ENDED.has(status);
}

/** Statuses in which a task can be cancelled: nothing has been sent. */
export const CANCELABLE: readonly TaskStatus[] = [
  'queued',
  'scheduled',
  'waiting_for_authorization',
  'waiting_for_approval',
];

/** Statuses of tasks that count against a caller's limit of open tasks. */
export const OPEN: readonly TaskStatus[] = [...CANCELABLE, 'running'];

/** Problems that the user solves by consent, given a link. */
export const CONSENT_CODES: ReadonlySet<string> = new Set(['authorization_required', 'insufficient_scope']);

/** The priorities of tasks; of those that are due, the highest begin first. */
export const PRIORITIES = { lowest: 0, usual: 4, highest: 9 } as const;

/** How far ahead the times of a task may be: a year. */
export const LONGEST_AHEAD_MS = 366 * 24 * 3_600_000;

/** Statuses from which a person or agent may start a task again. */
export const RETRYABLE: readonly TaskStatus[] = [
  'failed',
  'canceled',
  'outcome_unknown',
  'waiting_for_authorization',
];

/** The ways out of `outcome_unknown`, each by the word of a person. */
export const OUTCOME_DECISIONS = ['happened', 'send_again', 'leave'] as const;

/** The word that was given on a task whose outcome is not known. */
export interface OutcomeDecision {
  readonly decision: (typeof OUTCOME_DECISIONS)[number];
  readonly by: { readonly type: 'agent' | 'user' | 'operator'; readonly id: string };
  /** ISO 8601. */
  readonly at: string;
  readonly note?: string | undefined;
  /** When that was sent which it is about, in ISO 8601; about what is sent later it says nothing. */
  readonly sentAt?: string | undefined;
}

/** One queued run of an action and its whole story. */
export interface Task {
  readonly id: string;
  readonly userId: string;
  readonly callerType: 'agent' | 'user';
  readonly callerId: string;
  /** The agent key that asked for it. */
  readonly keyId?: string | undefined;
  readonly action: string;
  readonly connectionId?: string | undefined;
  readonly input: unknown;
  readonly status: TaskStatus;
  readonly output?: unknown;
  readonly error?: TaskError | undefined;
  /** Names the effect over all attempts; written before anything is sent. */
  readonly effectId: string;
  /** The newest approval that it asked for. */
  readonly approvalId?: string | undefined;
  /** When a request may have been sent whose outcome is not known yet. */
  readonly sentAt?: Date | undefined;
  readonly outcomeDecision?: OutcomeDecision | undefined;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly runAt?: Date | undefined;
  /** It is not started after this time. */
  readonly deadlineAt?: Date | undefined;
  readonly priority: number;
  /** The schedule whose run it is. */
  readonly scheduleId?: string | undefined;
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
}

export interface TaskError {
  readonly code: string;
  readonly detail: string;
  readonly authorizationUri?: string | undefined;
  readonly missingScopes?: readonly string[] | undefined;
}

export interface TaskEvent {
  readonly seq: bigint;
  readonly at: Date;
  readonly status: TaskStatus;
  readonly message: string;
}

/** Whether the deadline has passed before anything was sent. What may have happened is asked for even after it. */
export function isOverdue({ deadlineAt, sentAt }: Pick<Task, 'deadlineAt' | 'sentAt'>, now: number): boolean {
  return deadlineAt !== undefined && sentAt === undefined && deadlineAt.getTime() <= now;
}

/** Whether a person has said of what was sent last that it did not happen. */
export function isSaidUnsent({ sentAt, outcomeDecision }: Pick<Task, 'sentAt' | 'outcomeDecision'>): boolean {
  return outcomeDecision?.decision === 'send_again' && outcomeDecision.sentAt === sentAt?.toISOString();
}

/** How a task ends that is overdue. */
export const DEADLINE_PASSED: TaskError = {
  code: 'deadline_passed',
  detail: 'Its deadline has passed, so it is not started any more.',
};

/** The next step of the task's job. */
export type NextStep = { readonly retryInMs: number } | undefined;

/** Starts of a task before it is started no more: each failed attempt ends one, so that further ones ended with their worker. */
export const MOST_STARTS = 10;

const ATTEMPTS = 5;
const WAITS = { firstMs: 1_000, longestMs: 5 * 60_000, factor: 4, jitter: 0.5 };

/** How long to wait before the next attempt, or `undefined` when it was the last. `random` is from 0 to 1. */
export function waitBeforeRetry(
  attempts: number,
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  if (attempts >= ATTEMPTS) return undefined;
  return Math.round(Math.max(retryAfterMs ?? 0, backoffMs(WAITS, attempts, random)));
}
