import { Injectable } from '@nestjs/common';
import {
  newId,
  Prisma,
  PrismaService,
  storable,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import {
  chainHash,
  type AuditActor,
  type AuditEvent,
  type AuditOutcome,
  type AuditType,
  type NewAuditEvent,
} from './audit-event.js';

/** What a search may narrow to. */
export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly taskId?: string | undefined;
  readonly action?: string | undefined;
  readonly type?: string | undefined;
  readonly outcome?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

@Injectable()
export class AuditRepository {
  constructor(private readonly prisma: PrismaService) {}

  /**
   * Appends events to the chain, in order, inside `tx`. The head row is locked until the transaction ends, so it is
   * the last thing a transaction does.
   */
  async append(tx: Transaction, events: readonly NewAuditEvent[], at: Date): Promise<AuditEvent[]> {
    const [head] = await tx.$queryRaw<{ seq: bigint; hash: Uint8Array }[]>`
      SELECT "seq", "hash" FROM "audit_head" WHERE "id" = 1 FOR UPDATE`;
    if (!head) throw new Error('the head of the audit chain is missing');
    const links = link(head, events, at);
    const last = links.at(-1);
    if (!last) return [];
    await tx.auditEvent.createMany({ data: links.map(toRow) });
    await tx.$executeRaw`UPDATE "audit_head" SET "seq" = ${last.seq}, "hash" = ${last.hash} WHERE "id" = 1`;
    return links;
  }

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  /** Newest first, below `before`. */
  async newest(filter: AuditFilter, before: bigint | undefined, limit: number): Promise<AuditEvent[]> {
    const where = { ...toWhere(filter), ...(before === undefined ? {} : { seq: { lt: before } }) };
    const rows = await this.prisma.auditEvent.findMany({ where, orderBy: { seq: 'desc' }, take: limit });
    return rows.map(toEvent);
  }

  async page(filter: AuditFilter, page: PageRequest): Promise<{ rows: AuditEvent[]; total: number }> {
    const where = toWhere(filter);
    const direction = page.sort?.direction ?? 'desc';
    const [rows, total] = await Promise.all([
      this.prisma.auditEvent.findMany({
        where,
        orderBy: { seq: direction },
        skip: page.skip,
        take: page.take,
      }),
      this.prisma.auditEvent.count({ where }),
    ]);
    return { rows: rows.map(toEvent), total };
  }

  async find(id: string): Promise<AuditEvent | undefined> {
    const row = await this.prisma.auditEvent.findUnique({ where: { id } });
    return row ? toEvent(row) : undefined;
  }

  countSince(at: Date): Promise<number> {
    return this.prisma.auditEvent.count({ where: { at: { gte: at } } });
  }
}

function link(
  head: { seq: bigint; hash: Uint8Array },
  events: readonly NewAuditEvent[],
  at: Date,
): AuditEvent[] {
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
function asStored(event: NewAuditEvent): NewAuditEvent & { detail: Record<string, unknown> } {
  return storable(JSON.parse(JSON.stringify({ ...event, detail: event.detail ?? {} }))) as ReturnType<
    typeof asStored
  >;
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

function toEvent(row: Prisma.AuditEventModel): AuditEvent {
  const {
    actorType,
    actorId,
    userId,
    agentId,
    connectionId,
    taskId,
    target,
    action,
    requestId,
    ip,
    ...rest
  } = row;
  return {
    ...rest,
    type: row.type as AuditType,
    outcome: row.outcome as AuditOutcome,
    actor: { type: actorType as AuditActor['type'], id: actorId },
    userId: userId ?? undefined,
    agentId: agentId ?? undefined,
    connectionId: connectionId ?? undefined,
    taskId: taskId ?? undefined,
    target: target ?? undefined,
    action: action ?? undefined,
    requestId: requestId ?? undefined,
    ip: ip ?? undefined,
    detail: row.detail as Record<string, unknown>,
  };
}

function toWhere(filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { from, to, ...equal } = filter;
  const at = { ...(from ? { gte: from } : {}), ...(to ? { lt: to } : {}) };
  const wanted = Object.fromEntries(Object.entries(equal).filter(([, value]) => value !== undefined));
  return { ...wanted, ...(from || to ? { at } : {}) };
}
