import { z } from 'zod';
import { describeRun, pinsSchema } from '../gateway/index.js';
import { APPROVERS } from '../policies/index.js';
import { APPROVAL_STATUSES, type Approval } from './approval.js';

export const approvalSummary = z.object({
  id: z.string(),
  status: z.enum(APPROVAL_STATUSES),
  preview: z.string().describe('What will be done, in plain words, made from the arguments.'),
  approvalUri: z
    .url()
    .describe('The page on which the user decides, after signing in. The link alone decides nothing.'),
  expiresAt: z.iso.datetime(),
  reason: z.string().optional().describe('Given by who decided.'),
  decidedBy: z.object({ type: z.enum(['operator', 'user']), id: z.string() }).optional(),
  decidedAt: z.iso.datetime().optional(),
  needed: z.int().describe('How many different people have to agree.'),
  agreed: z
    .array(z.object({ type: z.enum(['operator', 'user']), id: z.string(), at: z.iso.datetime() }))
    .describe('Those who have, where more than one has to.'),
  changed: z.array(z.string()).describe('Members of the arguments that the approver changed.'),
});

export const approvalView = approvalSummary.extend({
  taskId: z.string(),
  userId: z.string(),
  agentId: z.string().optional(),
  action: z.string(),
  title: z.string(),
  connectionId: z.string(),
  account: z.object({ id: z.string(), name: z.string() }),
  arguments: z.unknown().describe('As they will be sent.'),
  hash: z.string().describe('SHA-256 over {action, input} as canonical JSON (RFC 8785), hex.'),
  pins: pinsSchema,
  uses: z.int(),
  usesLeft: z.int(),
  approvers: z.enum(APPROVERS).describe('By whom it can be decided.'),
  policies: z.array(z.string()).describe('The rules that ask for it; none where the built-in policy does.'),
  ask: z.string().optional().describe('The reason that the agent gave.'),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().optional(),
});
export type ApprovalView = z.output<typeof approvalView>;

/** The page of an approval. */
export function approvalUri(publicUrl: string, id: string): string {
  return `${publicUrl}/connect/approvals/${id}`;
}

export function summarize(approval: Approval, publicUrl: string): z.output<typeof approvalSummary> {
  const { id, status, reason, decidedBy, decidedAt, changed, expiresAt, needed, agreed } = approval;
  return {
    id,
    status,
    preview: describeRun(approval.action, approval.arguments).preview,
    approvalUri: approvalUri(publicUrl, id),
    expiresAt: expiresAt.toISOString(),
    reason,
    decidedBy,
    decidedAt: decidedAt?.toISOString(),
    needed,
    agreed: agreed.map((one) => ({ ...one })),
    changed: [...changed],
  };
}

export function viewApproval(approval: Approval, publicUrl: string): ApprovalView {
  const { callerType, callerId, action, accountId, accountName, pins, uses, usedEffects } = approval;
  return {
    ...summarize(approval, publicUrl),
    taskId: approval.taskId,
    userId: approval.userId,
    agentId: callerType === 'agent' ? callerId : undefined,
    action,
    title: describeRun(action, approval.arguments).title,
    connectionId: approval.connectionId,
    account: { id: accountId, name: accountName },
    arguments: approval.arguments,
    hash: Buffer.from(approval.hash).toString('hex'),
    pins: { vary: [...pins.vary], atMost: { ...pins.atMost } },
    uses,
    usesLeft: Math.max(0, uses - usedEffects.length),
    approvers: approval.approvers,
    policies: [...approval.policies],
    ask: approval.ask,
    createdAt: approval.createdAt.toISOString(),
    lastUsedAt: approval.lastUsedAt?.toISOString(),
  };
}
