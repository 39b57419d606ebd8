import { randomBytes } from 'node:crypto';
import { chainHash, personalDigest } from '@valetkey/audit-log';
import { newId, storable } from '../platform/index.js';
import type { AuditEvent, NewAuditEvent } from './audit-event.js';

/** The newest link of the chain. */
export interface Head {
  readonly seq: bigint;
  readonly hash: Uint8Array;
  readonly at: Date;
}

const SALT_BYTES = 16;
const MOST_SKEW_MS = 60_000;

/** Makes events the next links of a chain that ends with `head`. */
export function link(head: Head, events: readonly NewAuditEvent[], now: Date): AuditEvent[] {
  const at = timeAfter(head, now);
  const time = at.toISOString();
  const salts = randomBytes(SALT_BYTES * events.length);
  let { seq } = head;
  let prev = hex(head.hash);
  return events.map((event, index) => {
    seq += 1n;
    const salt = salts.subarray(index * SALT_BYTES, (index + 1) * SALT_BYTES);
    const stored = asStored(event);
    const hashed = hashedOf(stored, { id: newId('evt'), seq: seq.toString(), at: time, salt: hex(salt) });
    const personal = personalDigest(hashed);
    const hash = chainHash(hashed, personal, prev);
    const link = {
      ...stored,
      id: hashed.id,
      seq,
      at,
      salt,
      personalDigest: Buffer.from(personal, 'hex'),
      prevHash: Buffer.from(prev, 'hex'),
      hash: Buffer.from(hash, 'hex'),
    };
    prev = hash;
    return link;
  });
}

/** Time does not step back along the chain, unless the clock of another process was far ahead of this one. */
function timeAfter({ at }: Head, now: Date): Date {
  const aheadMs = at.getTime() - now.getTime();
  return aheadMs > 0 && aheadMs <= MOST_SKEW_MS ? at : now;
}

type Stored = NewAuditEvent & { readonly detail: Record<string, unknown> };

/** The event as the database will give it back: no other hash would be found again. */
function asStored(event: NewAuditEvent): Stored {
  const { actor, scopes, arguments: args, detail } = event;
  return {
    type: event.type,
    outcome: event.outcome,
    actor: { type: actor.type, id: storable(actor.id) },
    userId: storable(event.userId),
    agentId: storable(event.agentId),
    connectionId: storable(event.connectionId),
    taskId: storable(event.taskId),
    target: storable(event.target),
    action: storable(event.action),
    requestId: storable(event.requestId),
    keyId: storable(event.keyId),
    scopes: scopes && scopes.length > 0 ? storable(scopes) : undefined,
    durationMs: rounded(event.durationMs),
    providerStatus: rounded(event.providerStatus),
    ip: storable(event.ip),
    arguments: args && storable(asJson(args)),
    detail: detail ? storable(asJson(detail)) : {},
  };
}

function hashedOf(
  stored: Stored,
  { id, seq, at, salt }: Readonly<Record<'id' | 'seq' | 'at' | 'salt', string>>,
) {
  return {
    seq,
    id,
    at,
    type: stored.type,
    outcome: stored.outcome,
    actorType: stored.actor.type,
    actorId: stored.actor.id,
    userId: stored.userId,
    agentId: stored.agentId,
    connectionId: stored.connectionId,
    taskId: stored.taskId,
    target: stored.target,
    action: stored.action,
    requestId: stored.requestId,
    keyId: stored.keyId,
    scopes: stored.scopes,
    durationMs: stored.durationMs,
    providerStatus: stored.providerStatus,
    ip: stored.ip,
    arguments: stored.arguments,
    detail: stored.detail,
    salt,
  };
}

function rounded(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.round(value);
}

/** Dates as texts, and nothing that is undefined. */
function asJson<T extends object>(value: T): T {
  for (const _name in value) return JSON.parse(JSON.stringify(value)) as T;
  return value;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
