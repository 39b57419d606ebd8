import { z } from 'zod';
import { describeRun, pinsSchema } from '../../gateway/index.js';
import { END_REASONS, STANDING_STATUSES, type StandingApproval } from './standing-approval.js';
import type { StandingUse } from './standing-approvals.repository.js';

const time = z.iso.datetime();

export const standingView = z.object({
  id: z.string(),
  status: z.enum(STANDING_STATUSES),
  approvalId: z.string().describe('The decision that it was made with.'),
  userId: z.string(),
  agentId: z.string().optional(),
  action: z.string(),
  title: z.string(),
  preview: z.string().describe('The call that the approver was shown, in plain words.'),
  connectionId: z.string(),
  account: z.object({ id: z.string(), name: z.string() }),
  arguments: z
    .unknown()
    .describe('Those that the approver was shown. All members but those in pins are fixed.'),
  pins: pinsSchema.extend({
    path: z.string().optional().describe('Of a request of the proxy: the paths that it may have.'),
  }),
  uses: z.int(),
  usesLeft: z.int(),
  policies: z.array(z.string()).describe('The rules that would ask; none where the built-in policy does.'),
  madeBy: z.object({ type: z.enum(['operator', 'user']), id: z.string() }),
  createdAt: time,
  validUntil: time,
  lastUsedAt: time.optional(),
  endedAt: time.optional(),
  endReason: z.enum(END_REASONS).optional(),
});
export type StandingView = z.output<typeof standingView>;

export const standingDetail = standingView.extend({
  recentUses: z
    .array(
      z.object({
        usedAt: time,
        taskId: z.string().optional(),
        hash: z.string().describe('SHA-256 over {action, input} of what was sent, as canonical JSON, hex.'),
      }),
    )
    .describe('The newest 20. Every one is in the audit log.'),
});

/** A standing approval as the API answers it. */
export function viewStanding(standing: StandingApproval): StandingView {
  const { id, status, approvalId, userId, callerType, callerId, action, connectionId } = standing;
  const { pins, uses, usesLeft, endReason, madeBy } = standing;
  return {
    id,
    status,
    approvalId,
    userId,
    agentId: callerType === 'agent' ? callerId : undefined,
    action,
    ...describeRun(action, standing.arguments),
    connectionId,
    account: { id: standing.accountId, name: standing.accountName },
    arguments: standing.arguments,
    pins: { ...pins, vary: [...pins.vary], atMost: { ...pins.atMost } },
    uses,
    usesLeft,
    policies: [...standing.policies],
    madeBy,
    createdAt: standing.createdAt.toISOString(),
    validUntil: standing.validUntil.toISOString(),
    lastUsedAt: standing.lastUsedAt?.toISOString(),
    endedAt: standing.endedAt?.toISOString(),
    endReason,
  };
}

/** With its newest uses. */
export function viewDetail(standing: StandingApproval, uses: readonly StandingUse[]) {
  const recentUses = uses.map(({ usedAt, taskId, hash }) => ({
    usedAt: usedAt.toISOString(),
    taskId,
    hash: Buffer.from(hash).toString('hex'),
  }));
  return { ...viewStanding(standing), recentUses };
}
