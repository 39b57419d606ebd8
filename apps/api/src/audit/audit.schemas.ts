import { z } from 'zod';
import { cursorQuery, inputTime, resourceListQuery } from '../platform/index.js';
import { onBehalfOf, type AuditEvent } from './audit-event.js';
import { AUDIT_TYPES } from './audit-vocabulary.js';

/** By what the log can be searched; members that are given must all match. */
export const auditFilterQuery = z.object({
  userId: z.string().optional(),
  agentId: z.string().optional(),
  operatorId: z
    .string()
    .optional()
    .describe('What this operator (opr_...) or operator key (opk_..., opr_api_key) did.'),
  connectionId: z.string().optional(),
  taskId: z.string().optional(),
  action: z.string().optional(),
  type: z.enum(AUDIT_TYPES).optional(),
  outcome: z.enum(['intended', 'succeeded', 'failed', 'denied']).optional(),
  target: z.string().optional().describe("The connector's target."),
  from: inputTime({ offset: true }).optional().describe('Events at or after this time.'),
  to: inputTime({ offset: true }).optional().describe('Events before this time.'),
});

export const auditQuery = cursorQuery.extend(auditFilterQuery.shape);

export const operatorAuditQuery = resourceListQuery.extend({ cursor: cursorQuery.shape.cursor });

const actor = z.object({ type: z.enum(['agent', 'user', 'operator', 'system']), id: z.string() });

export const auditEventView = z.object({
  id: z.string(),
  seq: z.int().describe('Position in the chain.'),
  at: z.iso.datetime(),
  type: z.enum(AUDIT_TYPES),
  outcome: z.enum(['intended', 'succeeded', 'failed', 'denied']),
  actor: actor.describe(
    'Who did it. Empty is the id of a user who was erased from the log, and, for a user who reads, of another user.',
  ),
  onBehalfOf: z.array(actor).describe('For whom, nearest first.'),
  userId: z.string().optional(),
  agentId: z.string().optional(),
  connectionId: z.string().optional(),
  taskId: z.string().optional(),
  target: z.string().optional(),
  action: z.string().optional(),
  requestId: z.string().optional(),
  keyId: z.string().optional().describe('The credential that the caller used.'),
  scopes: z.array(z.string()).optional().describe('Scopes of the connection in force.'),
  durationMs: z.int().optional(),
  providerStatus: z.int().optional().describe("HTTP status of the provider's last answer."),
  ip: z.string().optional(),
  arguments: z
    .object({
      hash: z.string().describe('Keyed hash: equal for equal arguments.'),
      fields: z.array(z.string()),
      summary: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    })
    .optional(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string().describe('SHA-256 link of the chain, hex.'),
});

export const auditPage = z.object({
  data: z.array(auditEventView),
  nextCursor: z
    .string()
    .optional()
    .describe(
      'There may be more. A search that finds little looks at 10,000 events a page, so a page can be short, or empty, and go on.',
    ),
});

/** An event as the API shows it. */
export function viewAuditEvent({
  salt: _salt,
  personalDigest: _personalDigest,
  hash,
  seq,
  at,
  ...event
}: AuditEvent): z.input<typeof auditEventView> {
  return {
    ...event,
    onBehalfOf: onBehalfOf(event),
    seq: Number(seq),
    at: at.toISOString(),
    scopes: event.scopes && [...event.scopes],
    arguments: event.arguments && { ...event.arguments, fields: [...event.arguments.fields] },
    hash: Buffer.from(hash).toString('hex'),
  };
}

/** An event as the agent that it is about sees it: where users and operators called from stays theirs. */
export function viewAgentEvent(event: AuditEvent): z.input<typeof auditEventView> {
  const { ip, keyId, ...view } = viewAuditEvent(event);
  return event.actor.type === 'agent' ? { ...view, ip, keyId } : view;
}

/** An event as the user whom it is about sees it. */
export type OwnEvent = z.input<typeof auditEventView>;

/**
 * An event about a user as that user sees it: where others called from and with which credential stays theirs, and
 * so does who another user was.
 */
export function viewOwnEvent(event: AuditEvent, userId: string): OwnEvent {
  const { ip, keyId, ...view } = viewAuditEvent(event);
  if (event.actor.type !== 'user') return view;
  return event.actor.id === userId
    ? { ...view, ip, keyId }
    : { ...view, actor: { type: 'user' as const, id: '' } };
}
