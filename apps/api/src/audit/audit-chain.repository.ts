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
import { chainHash, type AuditEvent, type NewAuditEvent } from './audit-event.js';

/** The newest link of the chain. */
interface Head {
  readonly seq: bigint;
  readonly hash: Uint8Array;
}

/** Before the first look at the head: it fits no chain. */
const UNKNOWN: Head = { seq: -1n, hash: new Uint8Array() };

/** How often a group is linked to where the chain was last seen, before the chain is held still for it. */
const TRIES = 2;

/**
 * Locks the head, and appends if it is still the one that the events were linked to. What the lock showed is answered
 * in any case. The head is read under its lock, after those who held it have committed.
 */
const APPEND: Statement = {
  name: 'audit_append',
  text: `
    WITH head AS (SELECT seq, hash FROM audit_head WHERE id = 1 FOR UPDATE),
    moved AS (
      UPDATE audit_head SET seq = $1::bigint, hash = $2::bytea FROM head
      WHERE audit_head.id = 1 AND head.seq = $3::bigint AND head.hash = $4::bytea RETURNING 1),
    added AS (
      INSERT INTO audit_events (seq, id, at, type, outcome, actor_type, actor_id, user_id, agent_id, connection_id,
        task_id, target, action, request_id, ip, detail, prev_hash, hash)
      SELECT $3::bigint + n, event.id, $5::timestamptz, event.type, event.outcome, event.actor_type, event.actor_id,
        event.user_id, event.agent_id, event.connection_id, event.task_id, event.target, event.action,
        event.request_id, event.ip, event.detail::jsonb, event.prev_hash, event.hash
      FROM unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[],
        $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::bytea[], $21::bytea[])
        WITH ORDINALITY AS event (id, type, outcome, actor_type, actor_id, user_id, agent_id, connection_id,
          task_id, target, action, request_id, ip, detail, prev_hash, hash, n)
      WHERE EXISTS (SELECT 1 FROM moved))
    SELECT seq, hash, EXISTS (SELECT 1 FROM moved) AS moved FROM head`,
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
    >`SELECT "seq", "hash" FROM "audit_head" WHERE "id" = 1 FOR UPDATE`;
    if (!head) throw new Error('the head of the audit chain is missing');
    const links = link(head, events, at);
    const last = links.at(-1);
    if (!last) return [];
    await tx.auditEvent.createMany({ data: links.map(toRow) });
    await tx.$executeRaw`UPDATE "audit_head" SET "seq" = ${last.seq}, "hash" = ${last.hash} WHERE "id" = 1`;
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
    const column = (value: (event: AuditEvent) => unknown) => links.map((event) => value(event) ?? null);
    const [answer] = await this.sql.run<{ seq: string; hash: Buffer; moved: boolean }>(APPEND, [
      last.seq.toString(),
      last.hash,
      before.seq.toString(),
      before.hash,
      last.at,
      column(({ id }) => id),
      column(({ type }) => type),
      column(({ outcome }) => outcome),
      column(({ actor }) => actor.type),
      column(({ actor }) => actor.id),
      column(({ userId }) => userId),
      column(({ agentId }) => agentId),
      column(({ connectionId }) => connectionId),
      column(({ taskId }) => taskId),
      column(({ target }) => target),
      column(({ action }) => action),
      column(({ requestId }) => requestId),
      column(({ ip }) => ip),
      column(({ detail }) => JSON.stringify(detail)),
      column(({ prevHash }) => prevHash),
      column(({ hash }) => hash),
    ]);
    if (!answer) throw new Error('the head of the audit chain is missing');
    this.seen = answer.moved ? last : { seq: BigInt(answer.seq), hash: answer.hash };
    return answer.moved;
  }
}

function link(head: Head, events: readonly NewAuditEvent[], at: Date): AuditEvent[] {
  let { seq, hash: prevHash } = head;
  return events.map((event) => {
    seq += 1n;
    const unlinked = { ...asStored(event), seq, id: newId('evt'), at };
    const hash = chainHash(prevHash, unlinked);
    const linked = { ...unlinked, prevHash, hash };
    prevHash = hash;
    return linked;
  });
}

/** The event as the database will give it back, without undefined members: no other hash would be found again. */
function asStored({
  detail,
  actor,
  ...texts
}: NewAuditEvent): NewAuditEvent & { detail: Record<string, unknown> } {
  const stored: Record<string, unknown> = { actor: storable({ type: actor.type, id: actor.id }), detail: {} };
  for (const name in texts) {
    const text = texts[name as keyof typeof texts];
    if (text !== undefined) stored[name] = storable(text);
  }
  if (detail) stored['detail'] = storable(JSON.parse(JSON.stringify(detail)));
  return stored as unknown as ReturnType<typeof asStored>;
}

function toRow(event: AuditEvent): Prisma.AuditEventCreateManyInput {
  const { actor, prevHash, hash, detail, ...rest } = event;
  return {
    ...rest,
    actorType: actor.type,
    actorId: actor.id,
    detail: detail as Prisma.InputJsonObject,
    prevHash: Uint8Array.from(prevHash),
    hash: Uint8Array.from(hash),
  };
}
