import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newId, Prisma, Sql, storable, type Statement, type Transaction } from '../platform/index.js';
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

/** How often a group is linked to where the chain seems to end, before the chain is held still for it. */
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
 * in any case. The head is read under its lock, after those who held it have committed. The values are taken from their
 * arrays by subscript: `unnest` over so many costs as much as all the rest, for the one event that there often is.
 */
const APPEND: Statement = {
  name: 'audit_append',
  line: 'audit',
  text: `
    WITH head AS (SELECT seq, hash, at FROM audit_head WHERE id = 1 FOR UPDATE),
    moved AS (
      UPDATE audit_head SET seq = $1::bigint, hash = $2::bytea, at = $5::timestamptz FROM head
      WHERE audit_head.id = 1 AND head.seq = $3::bigint AND head.hash = $4::bytea RETURNING 1),
    added AS (
      INSERT INTO audit_events (seq, at, ${COLUMNS.map(([name]) => name).join(', ')})
      SELECT $3::bigint + n, $5::timestamptz, ${COLUMNS.map(([name, type], index) => `($${index + 7}::${type}[])[n]${JSON_COLUMNS.has(name) ? '::jsonb' : ''}`).join(', ')}
      FROM generate_series(1, $6::int) AS n
      WHERE EXISTS (SELECT 1 FROM moved))
    SELECT seq, hash, at, EXISTS (SELECT 1 FROM moved) AS moved FROM head`,
};

const LOCK_HEAD = {
  name: 'audit_lock_head',
  line: 'audit_still',
  text: 'SELECT seq, hash, at FROM audit_head WHERE id = 1 FOR UPDATE',
};

/** The head as the database tells it. */
interface HeadRow {
  readonly seq: string;
  readonly hash: Buffer;
  readonly at: Date;
}

interface AppendRow extends HeadRow {
  readonly moved: boolean;
}

/** Writes the chain: each event's hash covers the one before. */
@Injectable()
export class AuditChainRepository {
  /** Where the chain seems to end: events on their way are counted in, those of other processes are not. */
  private end = UNKNOWN;
  /** Counts how often that turned out wrong. */
  private surprises = 0;
  /** Whether nobody else has appended of late. */
  private isAlone = true;

  constructor(private readonly sql: Sql) {}

  /**
   * How many groups should be on their way at one time: the database writes one while the next is put together. Groups
   * that have to take turns with other processes are better large.
   */
  get atOnce(): number {
    return this.isAlone ? 2 : 1;
  }

  /**
   * Appends events to the chain, in order, inside `tx`. The head row is locked until the transaction ends, so it is
   * the last thing a transaction does.
   */
  async append(tx: Transaction, events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    const links = link(await lockedHead(tx), events, at);
    await add(tx, links);
    return links;
  }

  /**
   * Appends events to the chain, in order, and commits them: in one round trip, unless somebody else appends as well.
   * Calls need not wait for one another; each links to what the one before has sent.
   */
  async commit(events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    if (events.length === 0) return [];
    for (let tries = 0; this.isAlone && tries < TRIES; tries++) {
      const links = await this.appended(events, at);
      if (links) return links;
    }
    return this.appendedStill(events, at);
  }

  /** @returns `undefined` when the chain had gone on: nothing was appended */
  private async appended(events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[] | undefined> {
    const before = this.end;
    const { surprises } = this;
    const links = link(before, events, at);
    const last = links.at(-1) as AuditEvent;
    this.end = last;
    const correct = (end: Head) => {
      // Else it was corrected already, by a group that went before this one.
      if (this.surprises !== surprises) return;
      this.surprises++;
      this.end = end;
    };
    try {
      const [answer] = await this.sql.run<AppendRow>(APPEND, valuesOf(before, last, links));
      if (answer?.moved) return links;
      correct(headOf(answer));
      return undefined;
    } catch (error) {
      correct(UNKNOWN);
      throw error;
    }
  }

  /** Holds the chain still from the look at its head on: needed while other processes append all the time. */
  private async appendedStill(events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    let links: AuditEvent[] = [];
    const [answer] = await this.sql.transaction<HeadRow, AppendRow>(LOCK_HEAD, ([row]) => {
      const head = headOf(row);
      links = link(head, events, at);
      const last = links.at(-1) as AuditEvent;
      this.isAlone = Buffer.compare(head.hash, this.end.hash) === 0;
      this.surprises++;
      this.end = last;
      return { statement: APPEND, values: valuesOf(head, last, links) };
    });
    if (!answer?.moved) throw new Error('the audit chain went on under its lock');
    return links;
  }
}

async function lockedHead(tx: Transaction): Promise<Head> {
  const [head] = await tx.$queryRaw<
    Head[]
  >`SELECT "seq", "hash", "at" FROM "audit_head" WHERE "id" = 1 FOR UPDATE`;
  if (!head) throw new Error('the head of the audit chain is missing');
  return head;
}

async function add(tx: Transaction, links: readonly AuditEvent[]): Promise<void> {
  const last = links.at(-1);
  if (!last) return;
  await tx.auditEvent.createMany({ data: links.map(toRow) });
  await tx.$executeRaw`UPDATE "audit_head" SET "seq" = ${last.seq}, "hash" = ${last.hash}, "at" = ${last.at} WHERE "id" = 1`;
}

function headOf(row: HeadRow | undefined): Head {
  if (!row) throw new Error('the head of the audit chain is missing');
  return { seq: BigInt(row.seq), hash: row.hash, at: row.at };
}

function valuesOf(before: Head, last: Head, links: readonly AuditEvent[]): unknown[] {
  return [
    last.seq.toString(),
    last.hash,
    before.seq.toString(),
    before.hash,
    last.at,
    links.length,
    ...COLUMNS.map(([, , value]) => links.map((event) => value(event) ?? null)),
  ];
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
