import { z } from 'zod';
import { approvalAsk } from '../gateway/index.js';
import { inputTime } from '../platform/index.js';
import { userIdSchema } from '../users/index.js';
import { PRIORITIES } from './task.js';
import type { TaskRequest } from './tasks.service.js';

/** Longest input, as JSON, that a task keeps; an action that is run directly takes more. */
const MOST_INPUT_BYTES = 256 * 1024;

/** A task as callers ask for it. */
export const newTask = z.strictObject({
  userId: userIdSchema,
  action: z.string().min(1),
  connectionId: z.string().optional(),
  input: z
    .record(z.string(), z.unknown())
    .refine(
      (input) => Buffer.byteLength(JSON.stringify(input)) <= MOST_INPUT_BYTES,
      `must have at most ${MOST_INPUT_BYTES / 1024} KiB as JSON`,
    )
    .default({}),
  runAt: inputTime({ offset: true })
    .optional()
    .describe('Not before this time, which is at most a year ahead.'),
  deadlineAt: inputTime({ offset: true })
    .optional()
    .describe(
      'Not started after this time, whatever it waits for; it then fails with the code deadline_passed. At most a year ahead.',
    ),
  priority: z
    .int()
    .min(PRIORITIES.lowest)
    .max(PRIORITIES.highest)
    .optional()
    .describe(
      `Of the tasks that are due, those with the highest begin first; ${PRIORITIES.usual} if left out.`,
    ),
  approval: approvalAsk.optional(),
});

/** The form of a key that makes a request be done once: visible ASCII. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/** The request with its times read. */
export function taskRequest(
  { runAt, deadlineAt, ...task }: z.output<typeof newTask>,
  idempotencyKey: string | undefined,
): TaskRequest {
  return { ...task, runAt: dateOf(runAt), deadlineAt: dateOf(deadlineAt), idempotencyKey };
}

/** A time that somebody may have given. */
export function dateOf(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}
