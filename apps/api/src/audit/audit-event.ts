import type { EventMembers } from '@valetkey/audit-log';
import type { AuditType } from './audit-vocabulary.js';

/** `intended` is committed before a provider is called; the outcome follows as an event of its own. */
export type AuditOutcome = 'intended' | 'succeeded' | 'failed' | 'denied';

/** The actor of an event: the agent, user or operator who did it, or the system. */
export interface AuditActor {
  readonly type: 'agent' | 'user' | 'operator' | 'system';
  readonly id: string;
}

/** The arguments of an action: a keyed hash to compare by, and the fields that reveal nothing private. */
export interface AuditArguments {
  /** HMAC-SHA-256 over the canonical input, hex; equal for equal inputs. */
  readonly hash: string;
  /** Names of the fields that were given, and the values of those that may be kept. */
  readonly fields: readonly string[];
  readonly summary?: Readonly<Record<string, string | number | boolean>>;
}

/** A fact to record. `detail` holds names, ids, codes and counts; never values of secrets or of users' content. */
export interface NewAuditEvent extends EventMembers {
  readonly type: AuditType;
  readonly outcome: AuditOutcome;
  readonly actor: AuditActor;
  readonly arguments?: AuditArguments | undefined;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A fact that is committed. */
export interface RecordedEvent extends NewAuditEvent {
  readonly id: string;
  readonly at: Date;
}

/**
 * A fact with its place in the log. Once a user is erased from the log, the personal part is gone: `salt`, `userId`,
 * `ip`, `arguments`, a user's id as actor (then ''), and the content of `detail`.
 */
export interface AuditEvent extends RecordedEvent {
  readonly seq: bigint;
  readonly detail: Readonly<Record<string, unknown>>;
  /** 16 random bytes, so that the erased values cannot be guessed from their digest. */
  readonly salt: Uint8Array | undefined;
  readonly personalDigest: Uint8Array;
  /** Of its leaf. */
  readonly hash: Uint8Array;
}

/** For whom the actor acted, nearest first. */
export function onBehalfOf({
  actor,
  agentId,
  userId,
}: Pick<NewAuditEvent, 'actor' | 'agentId' | 'userId'>): AuditActor[] {
  if (actor.type === 'user' || actor.type === 'operator') return [];
  const agent = actor.type === 'system' && agentId ? [{ type: 'agent' as const, id: agentId }] : [];
  const user =
    userId && (actor.type === 'agent' || agent.length > 0) ? [{ type: 'user' as const, id: userId }] : [];
  return [...agent, ...user];
}
