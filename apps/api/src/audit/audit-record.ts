import type { ChainedEvent } from '@valetkey/audit-log';
import canonicalize from 'canonicalize';
import type { AuditEvent } from './audit-event.js';

/** An event as a line of an export: everything that is needed to verify it, in plain words and hex. */
export interface AuditRecord extends Omit<ChainedEvent, 'actorType' | 'actorId'> {
  readonly actor: { readonly type: string; readonly id?: string | undefined };
  readonly personalDigest: string;
  readonly hash: string;
}

/** The event as it is exported and verified; members without a value are left out. */
export function auditRecord(event: AuditEvent): AuditRecord {
  const { actor, hash, ...rest } = event;
  return {
    ...rest,
    seq: event.seq.toString(),
    at: event.at.toISOString(),
    actor: actor.id === '' ? { type: actor.type } : actor,
    salt: event.salt && hex(event.salt),
    personalDigest: hex(event.personalDigest),
    hash: hex(hash),
  };
}

/** A record as a line: canonical JSON (RFC 8785), without the line break. */
export function auditLine(record: AuditRecord): string {
  return canonicalize(record) ?? '';
}

/** The part of a record that is hashed. */
export function hashedEvent({ actor, ...record }: AuditRecord): ChainedEvent {
  return { ...record, actorType: actor.type, actorId: actor.id };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
