import { z } from 'zod';
import { cursorQuery } from '../platform/index.js';
import { newTask, PRIORITIES } from '../tasks/index.js';
import { faultInCron, isZone, nextRuns } from './cron.js';
import { MISSED_RUNS, PAUSED_REASONS, RUN_OUTCOMES, type Schedule } from './schedule.js';

/** How many of the next runs are shown. */
const SHOWN_RUNS = 5;

const cron = z
  .string()
  .trim()
  .check(({ value, issues }) => {
    const fault = faultInCron(value);
    if (fault !== undefined) issues.push({ code: 'custom', message: fault, input: value });
  })
  .describe(
    'Five fields (minute, hour, day of month, month, day of week), or @hourly, @daily, @weekly, @monthly, @yearly.',
  );
const timeZone = z
  .string()
  .max(64)
  .refine(isZone, 'must be the name of an IANA time zone, as "Europe/Berlin"')
  .describe(
    'IANA time zone of the expression. A time that its clocks skip is made up for when they have been put forward; of one that comes twice the first counts, unless the expression is for every hour.',
  );
const missedRuns = z
  .enum(MISSED_RUNS)
  .describe(
    'Of runs whose time passed by more than a minute while the server was down: one run for all of them, or none.',
  );
const name = z.string().trim().min(1).max(200);
const { userId, action, connectionId, input, priority } = newTask.shape;

export const newSchedule = z.strictObject({
  userId,
  action,
  connectionId,
  input,
  cron,
  timeZone: timeZone.default('UTC'),
  missedRuns: missedRuns.default('one'),
  priority: priority.unwrap().default(PRIORITIES.usual),
  name: name.optional(),
});

export const scheduleChange = z.strictObject({
  name: name.nullish(),
  connectionId: z.string().nullish(),
  input: input.unwrap().optional(),
  cron: cron.optional(),
  timeZone: timeZone.optional(),
  missedRuns: missedRuns.optional(),
  priority,
  paused: z
    .boolean()
    .optional()
    .describe(
      'true: no runs. false: goes on with the next run; an agent goes on with the key that it uses now.',
    ),
});

export const scheduleQuery = cursorQuery.extend({
  userId: z.string().optional(),
  agentId: z.string().optional(),
  action: z.string().optional(),
  paused: z.enum(['true', 'false']).optional(),
});

export const scheduleSummary = z.object({
  id: z.string(),
  name: z.string().optional(),
  userId: z.string(),
  agentId: z.string().optional(),
  action: z.string(),
  connectionId: z.string().optional(),
  input: z.unknown(),
  priority: z.int(),
  cron: z.string(),
  timeZone: z.string(),
  missedRuns: z.enum(MISSED_RUNS),
  paused: z.boolean(),
  pausedAt: z.iso.datetime().optional(),
  pausedReason: z
    .enum(PAUSED_REASONS)
    .optional()
    .describe('Of an agent that is enabled again, its schedules stay paused until somebody resumes them.'),
  nextRunAt: z.iso.datetime().optional().describe('Left out while it is paused.'),
  lastRun: z
    .object({
      scheduledFor: z.iso.datetime(),
      outcome: z
        .enum(RUN_OUTCOMES)
        .describe(
          'queued: it became a task. skipped: the task of the run before has not ended. missed: the server was down, and missedRuns is none. refused: for the problem.',
        ),
      taskId: z.string().optional().describe('Of the last run that became one.'),
      problem: z.object({ code: z.string(), detail: z.string() }).optional(),
    })
    .optional(),
  createdAt: z.iso.datetime(),
});

export const scheduleView = scheduleSummary.extend({
  nextRuns: z.array(z.iso.datetime()).describe('The next five; none while it is paused.'),
});

export const schedulePage = z.object({ data: z.array(scheduleSummary), nextCursor: z.string().optional() });

/** A schedule on a list. */
export function summarize(schedule: Schedule): z.output<typeof scheduleSummary> {
  const {
    callerType: _,
    callerId: __,
    keyId: ___,
    pausedAt,
    nextRunAt,
    lastRun,
    createdAt,
    ...rest
  } = schedule;
  return {
    ...rest,
    paused: pausedAt !== undefined,
    pausedAt: pausedAt?.toISOString(),
    nextRunAt: nextRunAt?.toISOString(),
    lastRun: lastRun && { ...lastRun, scheduledFor: lastRun.scheduledFor.toISOString() },
    createdAt: createdAt.toISOString(),
  };
}

/** A schedule with its next runs. */
export function viewSchedule(schedule: Schedule): z.output<typeof scheduleView> {
  const { cron: expression, timeZone: zone, nextRunAt } = schedule;
  const runs = nextRunAt ? [nextRunAt, ...nextRuns(expression, zone, nextRunAt, SHOWN_RUNS - 1)] : [];
  return { ...summarize(schedule), nextRuns: runs.map((run) => run.toISOString()) };
}
