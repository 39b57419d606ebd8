import { z } from 'zod';
import { approvalSummary } from '../approvals/index.js';
import { resultHandleView } from '../results/index.js';
import { OUTCOME_DECISIONS, TASK_STATUSES, type OutcomeDecision, type Task, type TaskEvent } from './task.js';

export const taskView = z.object({
  id: z.string(),
  userId: z.string(),
  agentId: z.string().optional(),
  action: z.string(),
  connectionId: z.string().optional(),
  status: z.enum(TASK_STATUSES),
  input: z.unknown(),
  output: z.unknown().optional(),
  keptOutput: resultHandleView
    .optional()
    .describe(
      'Instead of `output` where that is longer than 256 KiB: read it at GET /v1/results/{id}. Left out in lists.',
    ),
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
  outcomeDecision: z
    .object({
      decision: z.enum(OUTCOME_DECISIONS),
      by: z.object({ type: z.enum(['agent', 'user', 'operator']), id: z.string() }),
      at: z.iso.datetime(),
      note: z.string().optional(),
    })
    .optional()
    .describe('What was said about an outcome that is not known.'),
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
    outcomeDecision,
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
    outcomeDecision: outcomeDecision && viewDecision(outcomeDecision),
    createdAt: createdAt.toISOString(),
    runAt: runAt?.toISOString(),
    deadlineAt: deadlineAt?.toISOString(),
    startedAt: startedAt?.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}

function viewDecision({ sentAt: _, ...said }: OutcomeDecision) {
  return said;
}

export function viewTaskEvent({ at, status, message }: TaskEvent): z.output<typeof taskEventView> {
  return { at: at.toISOString(), status, message };
}
