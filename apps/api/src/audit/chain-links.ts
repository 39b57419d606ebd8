import { randomBytes } from 'node:crypto';
import { newId, storable } from '../platform/index.js';
import type { AuditEvent, NewAuditEvent } from './audit-event.js';
import { eventHash, personalDigest } from './event-hash.js';

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
    const stored = { ...asStored(event), id: newId('evt') };
    const hashed = {
      ...stored,
      seq: seq.toString(),
      at: time,
      actorType: stored.actor.type,
      actorId: stored.actor.id,
      salt: hex(salt),
    };
    const personal = personalDigest(hashed);
    const hash = eventHash(hashed, personal, prev);
    const link = {
      ...stored,
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

/** The event as the database will give it back, without undefined members: no other hash would be found again. */
function asStored(event: NewAuditEvent): NewAuditEvent & { detail: Record<string, unknown> } {
  const stored: Record<string, unknown> = { detail: {} };
  for (const name in event) {
    const value = event[name as keyof NewAuditEvent];
    if (value === undefined) continue;
    if (typeof value === 'string') stored[name] = storable(value);
    else if (typeof value === 'number') stored[name] = Math.round(value);
    else if (!Array.isArray(value)) stored[name] = storable(JSON.parse(JSON.stringify(value)));
    else if (value.length > 0) stored[name] = storable(value);
  }
  return stored as unknown as ReturnType<typeof asStored>;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
