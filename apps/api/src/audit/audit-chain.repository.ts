import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  newId,
  Prisma,
  PrismaService,
  Sql,
  storable,
  type Statement,
  type Transaction,
} from '../platform/index.js';
import type { AuditEvent, NewAuditEvent } from './audit-event.js';
import { eventHash, personalDigest } from './event-hash.js';

/** The newest link of the chain. */
interface Head {
  readonly seq: bigint;
  readonly hash: Uint8Array;
  readonly at: Date;
}

/** Before the first look at the head: it fits no chain. */
const UNKNOWN: Head = { seq: -1n, hash: new Uint8Array(), at: new Date(0) };

const SALT_BYTES = 16;
const MOST_SKEW_MS = 60_000;

/** How often a group is linked to where the chain was last seen, before the chain is held still for it. */
const TRIES = 2;

/** The columns of an event but for `seq` and `at`: name, type of its array, value. */
const COLUMNS: readonly (readonly [string, string, (event: AuditEvent) => unknown])[] = [
  ['id', 'text', ({ id }) => id],
  ['type', 'text', ({ type }) => type],
  ['outcome', 'text', ({ outcome }) => outcome],
  ['actor_type', 'text', ({ actor }) => actor.type],
  ['actor_id', 'text', ({ actor }) => actor.id],
  ['user_id', 'text', ({ userId }) => userId],
  ['agent_id', 'text', ({ agentId }) => agentId],
  ['connection_id', 'text', ({ connectionId }) => connectionId],
  ['task_id', 'text', ({ taskId }) => taskId],
  ['target', 'text', ({ target }) => target],
  ['action', 'text', ({ action }) => action],
  ['request_id', 'text', ({ requestId }) => requestId],
  ['key_id', 'text', ({ keyId }) => keyId],
  ['scopes', 'text', ({ scopes }) => scopes?.join(' ')],
  ['duration_ms', 'int', ({ durationMs }) => durationMs],
  ['provider_status', 'int', ({ providerStatus }) => providerStatus],
  ['ip', 'text', ({ ip }) => ip],
  ['arguments', 'text', (event) => event.arguments && JSON.stringify(event.arguments)],
  ['detail', 'text', ({ detail }) => JSON.stringify(detail)],
  ['salt', 'bytea', ({ salt }) => salt],
  ['personal_digest', 'bytea', (event) => event.personalDigest],
  ['prev_hash', 'bytea', ({ prevHash }) => prevHash],
  ['hash', 'bytea', ({ hash }) => hash],
];
const JSON_COLUMNS = new Set(['arguments', 'detail']);

/**
 * Locks the head, and appends if it is still the one that the events were linked to. What the lock showed is answered
 * in any case. The head is read under its lock, after those who held it have committed.
 */
const APPEND: Statement = {
  name: 'audit_append',
  text: `
    WITH head AS (SELECT seq, hash, at FROM audit_head WHERE id = 1 FOR UPDATE),
    moved AS (
      UPDATE audit_head SET seq = $1::bigint, hash = $2::bytea, at = $5::timestamptz FROM head
      WHERE audit_head.id = 1 AND head.seq = $3::bigint AND head.hash = $4::bytea RETURNING 1),
    added AS (
      INSERT INTO audit_events (seq, at, ${COLUMNS.map(([name]) => name).join(', ')})
      SELECT $3::bigint + n, $5::timestamptz, ${COLUMNS.map(([name]) => (JSON_COLUMNS.has(name) ? `event.${name}::jsonb` : `event.${name}`)).join(', ')}
      FROM unnest(${COLUMNS.map(([, type], index) => `$${index + 6}::${type}[]`).join(', ')})
        WITH ORDINALITY AS event (${COLUMNS.map(([name]) => name).join(', ')}, n)
      WHERE EXISTS (SELECT 1 FROM moved))
    SELECT seq, hash, at, EXISTS (SELECT 1 FROM moved) AS moved FROM head`,
};

/** Writes the chain: each event's hash covers the one before. */
@Injectable()
export class AuditChainRepository {
  /** Where this process last saw the chain; others may have gone on since. */
  private seen = UNKNOWN;

  constructor(
    private readonly prisma: PrismaService,
    private readonly sql: Sql,
  ) {}

  /**
   * Appends events to the chain, in order, inside `tx`. The head row is locked until the transaction ends, so it is
   * the last thing a transaction does.
   */
  async append(tx: Transaction, events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    const [head] = await tx.$queryRaw<
      Head[]
    >`SELECT "seq", "hash", "at" FROM "audit_head" WHERE "id" = 1 FOR UPDATE`;
    if (!head) throw new Error('the head of the audit chain is missing');
    const links = link(head, events, at);
    const last = links.at(-1);
    if (!last) return [];
    await tx.auditEvent.createMany({ data: links.map(toRow) });
    await tx.$executeRaw`UPDATE "audit_head" SET "seq" = ${last.seq}, "hash" = ${last.hash}, "at" = ${last.at} WHERE "id" = 1`;
    return links;
  }

  /** Appends events to the chain, in order, and commits them: one round trip unless somebody else appends as well. */
  async commit(events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    for (let tries = 0; tries < TRIES; tries++) {
      const links = link(this.seen, events, at);
      if (await this.appended(this.seen, links)) return links;
    }
    const links = await this.prisma.transaction((tx) => this.append(tx, events, at));
    this.seen = links.at(-1) ?? UNKNOWN;
    return links;
  }

  private async appended(before: Head, links: readonly AuditEvent[]): Promise<boolean> {
    const last = links.at(-1);
    if (!last) return true;
    const [answer] = await this.sql.run<{ seq: string; hash: Buffer; at: Date; moved: boolean }>(APPEND, [
      last.seq.toString(),
      last.hash,
      before.seq.toString(),
      before.hash,
      last.at,
      ...COLUMNS.map(([, , value]) => links.map((event) => value(event) ?? null)),
    ]);
    if (!answer) throw new Error('the head of the audit chain is missing');
    this.seen = answer.moved ? last : { seq: BigInt(answer.seq), hash: answer.hash, at: answer.at };
    return answer.moved;
  }
}

function link(head: Head, events: readonly NewAuditEvent[], now: Date): AuditEvent[] {
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

function toRow(event: AuditEvent): Prisma.AuditEventCreateManyInput {
  const { actor, scopes, salt, personalDigest, prevHash, hash, detail, ...rest } = event;
  return {
    ...rest,
    actorType: actor.type,
    actorId: actor.id,
    scopes: scopes?.join(' ') ?? null,
    arguments: (event.arguments as Prisma.InputJsonObject | undefined) ?? Prisma.DbNull,
    detail: detail as Prisma.InputJsonObject,
    salt: salt ? Uint8Array.from(salt) : null,
    personalDigest: Uint8Array.from(personalDigest),
    prevHash: Uint8Array.from(prevHash),
    hash: Uint8Array.from(hash),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
