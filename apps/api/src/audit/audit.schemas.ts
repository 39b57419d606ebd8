import { z } from 'zod';
import { cursorQuery } from '../platform/index.js';
import { AUDIT_TYPES, type AuditEvent } from './audit-event.js';

export const auditQuery = cursorQuery.extend({
  userId: z.string().optional(),
  agentId: z.string().optional(),
  connectionId: z.string().optional(),
  taskId: z.string().optional(),
  action: z.string().optional(),
  type: z.enum(AUDIT_TYPES).optional(),
  outcome: z.enum(['intended', 'succeeded', 'failed', 'denied']).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('Events at or after this time.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Events before this time.'),
});

export const auditEventView = z.object({
  id: z.string(),
  seq: z.int().describe('Position in the chain.'),
  at: z.iso.datetime(),
  type: z.enum(AUDIT_TYPES),
  outcome: z.enum(['intended', 'succeeded', 'failed', 'denied']),
  actor: z.object({ type: z.enum(['agent', 'user', 'operator', 'system']), id: z.string() }),
  userId: z.string().optional(),
  agentId: z.string().optional(),
  connectionId: z.string().optional(),
  taskId: z.string().optional(),
  target: z.string().optional(),
  action: z.string().optional(),
  requestId: z.string().optional(),
  ip: z.string().optional(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string().describe('SHA-256 link of the chain, hex.'),
});

export const auditPage = z.object({ data: z.array(auditEventView), nextCursor: z.string().optional() });

/** An event as the API shows it. */
export function viewAuditEvent({
  prevHash: _,
  hash,
  seq,
  at,
  ...event
}: AuditEvent): z.input<typeof auditEventView> {
  return { ...event, seq: Number(seq), at: at.toISOString(), hash: Buffer.from(hash).toString('hex') };
}
