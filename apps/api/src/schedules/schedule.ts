/** Ways to treat runs whose time has passed while no worker was there. */
export const MISSED_RUNS = ['one', 'none'] as const;

/** Reasons for which a schedule stands still. */
export const PAUSED_REASONS = ['requested', 'agent_disabled', 'agent_key_revoked'] as const;

/** Ways in which a run can go. */
export const RUN_OUTCOMES = ['queued', 'skipped', 'missed', 'refused'] as const;

export type MissedRuns = (typeof MISSED_RUNS)[number];
export type PausedReason = (typeof PAUSED_REASONS)[number];

/** A run that has been due. */
export interface ScheduleRun {
  readonly scheduledFor: Date;
  readonly outcome: (typeof RUN_OUTCOMES)[number];
  /** The task that it became. */
  readonly taskId?: string | undefined;
  /** Why it became none. */
  readonly problem?: { readonly code: string; readonly detail: string } | undefined;
}

/** An action that comes again and again: each run is a task. */
export interface Schedule {
  readonly id: string;
  readonly userId: string;
  readonly callerType: 'agent' | 'user';
  readonly callerId: string;
  /** The agent that made it, or that minted the user token with which it was made. */
  readonly agentId?: string | undefined;
  /** The agent key under which it runs. */
  readonly keyId?: string | undefined;
  readonly name?: string | undefined;
  readonly action: string;
  readonly connectionId?: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
  readonly priority: number;
  readonly cron: string;
  readonly timeZone: string;
  readonly missedRuns: MissedRuns;
  readonly pausedAt?: Date | undefined;
  readonly pausedReason?: PausedReason | undefined;
  /** None while it is paused. */
  readonly nextRunAt?: Date | undefined;
  readonly lastRun?: ScheduleRun | undefined;
  readonly createdAt: Date;
}
