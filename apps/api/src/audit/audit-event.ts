import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** What can happen, `resource.past_tense`. One list: an event outside it does not compile. */
export const AUDIT_TYPES = [
  'access.denied',
  'access_token.read',
  'action.run',
  'agent.created',
  'agent.updated',
  'agent_key.created',
  'agent_key.revoked',
  'authorization.completed',
  'authorization.denied',
  'authorization.failed',
  'authorization.started',
  'connection.checked',
  'connection.created',
  'connection.disconnected',
  'connection.expired',
  'connection.imported',
  'connection.reauthorized',
  'connection.revoked',
  'connection.updated',
  'connector.configured',
  'connector.deleted',
  'operator.created',
  'operator.sign_in_failed',
  'operator.signed_in',
  'operator.signed_out',
  'policy.created',
  'policy.deleted',
  'policy.updated',
  'request.forwarded',
  'task.canceled',
  'task.finished',
  'task.queued',
  'task.retried',
  'token_set.refresh_failed',
  'token_set.refreshed',
  'user.deleted',
  'user_token.created',
  'vault.rewrap_finished',
  'vault.rewrap_started',
  'vault_key.added',
  'vault_key.retired',
] as const;

export type AuditType = (typeof AUDIT_TYPES)[number];

/** `intended` is committed before a provider is called; the outcome follows as an event of its own. */
export type AuditOutcome = 'intended' | 'succeeded' | 'failed' | 'denied';

/** Who did it. */
export interface AuditActor {
  readonly type: 'agent' | 'user' | 'operator' | 'system';
  readonly id: string;
}

/** A fact to record. `detail` holds names, ids, codes and counts; never values of secrets or of users' content. */
export interface NewAuditEvent {
  readonly type: AuditType;
  readonly outcome: AuditOutcome;
  readonly actor: AuditActor;
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly taskId?: string | undefined;
  /** The connector's target. */
  readonly target?: string | undefined;
  readonly action?: string | undefined;
  readonly requestId?: string | undefined;
  readonly ip?: string | undefined;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A recorded fact: a link of the chain. */
export interface AuditEvent extends NewAuditEvent {
  readonly seq: bigint;
  readonly id: string;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly prevHash: Uint8Array;
  readonly hash: Uint8Array;
}

/** SHA-256 over the previous hash and the event as canonical JSON (RFC 8785). */
export function chainHash(prevHash: Uint8Array, event: Omit<AuditEvent, 'prevHash' | 'hash'>): Buffer {
  const content = canonicalize({
    seq: event.seq.toString(),
    id: event.id,
    at: event.at.toISOString(),
    type: event.type,
    outcome: event.outcome,
    actor: { type: event.actor.type, id: event.actor.id },
    userId: event.userId ?? null,
    agentId: event.agentId ?? null,
    connectionId: event.connectionId ?? null,
    taskId: event.taskId ?? null,
    target: event.target ?? null,
    action: event.action ?? null,
    requestId: event.requestId ?? null,
    ip: event.ip ?? null,
    detail: event.detail,
  });
  return createHash('sha256')
    .update(prevHash)
    .update(content ?? '')
    .digest();
}
