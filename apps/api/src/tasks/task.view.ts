import { z } from 'zod';
import { approvalSummary } from '../approvals/index.js';
import { TASK_STATUSES, type Task, type TaskEvent } from './task.js';

export const taskView = z.object({
  id: z.string(),
  userId: z.string(),
  agentId: z.string().optional(),
  action: z.string(),
  connectionId: z.string().optional(),
  status: z.enum(TASK_STATUSES),
  input: z.unknown(),
  output: z.unknown().optional(),
  error: z
    .object({
      code: z.string(),
      detail: z.string(),
      authorizationUri: z.string().optional(),
      missingScopes: z.array(z.string()).optional(),
    })
    .optional(),
  approvalId: z.string().optional(),
  approval: approvalSummary
    .optional()
    .describe('The approval that it waits for, or ran under; left out in lists.'),
  attempts: z.int(),
  createdAt: z.iso.datetime(),
  runAt: z.iso.datetime().optional(),
  deadlineAt: z.iso.datetime().optional(),
  priority: z.int(),
  scheduleId: z.string().optional().describe('The schedule whose run it is.'),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
});

export const taskEventView = z.object({
  at: z.iso.datetime(),
  status: z.enum(TASK_STATUSES),
  message: z.string(),
});

export function viewTask(task: Task): z.output<typeof taskView> {
  const {
    callerType,
    callerId,
    keyId: ___,
    effectId: _,
    sentAt: __,
    error,
    createdAt,
    runAt,
    deadlineAt,
    startedAt,
    finishedAt,
    ...rest
  } = task;
  return {
    ...rest,
    agentId: callerType === 'agent' ? callerId : undefined,
    error: error
      ? { ...error, missingScopes: error.missingScopes ? [...error.missingScopes] : undefined }
      : undefined,
    createdAt: createdAt.toISOString(),
    runAt: runAt?.toISOString(),
    deadlineAt: deadlineAt?.toISOString(),
    startedAt: startedAt?.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}

export function viewTaskEvent({ at, status, message }: TaskEvent): z.output<typeof taskEventView> {
  return { at: at.toISOString(), status, message };
}
