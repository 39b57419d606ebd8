import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  Prisma,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../../platform/index.js';
import type {
  EndReason,
  NewStandingApproval,
  StandingApproval,
  StandingPins,
  StandingStatus,
} from './standing-approval.js';

export interface StandingFilter {
  readonly status?: StandingStatus | undefined;
  readonly userId?: string | undefined;
  readonly callerType?: string | undefined;
  readonly callerId?: string | undefined;
}

/** Those that end together. */
export type Ending =
  | { readonly id: string }
  | { readonly connectionId: string }
  | { readonly callerType: 'agent'; readonly callerId: string; readonly keyId?: string }
  | { readonly validUntil: { readonly lte: Date } };

/** One sending, as it is compared with what was allowed. */
export interface StandingSpending {
  readonly effectId: string;
  readonly taskId: string | undefined;
  readonly pinnedHash: Uint8Array;
  /** Of what is sent. */
  readonly hash: Uint8Array;
  readonly connectionId: string;
  readonly accountId: string;
  readonly now: Date;
}

/** A use, newest first. */
export interface StandingUse {
  readonly hash: Uint8Array;
  readonly taskId?: string | undefined;
  readonly usedAt: Date;
}

const SORTABLE = ['id', 'createdAt', 'validUntil', 'status', 'action', 'userId'];
const SHOWN_USES = 20;

@Injectable()
export class StandingApprovalsRepository extends TransactionalRepository {
  /** It belongs to the key with which its task was asked for. */
  async create(tx: Transaction, taskId: string, { madeBy, ...standing }: NewStandingApproval): Promise<void> {
    const task = await tx.task.findUnique({ where: { id: taskId }, select: { keyId: true } });
    await tx.standingApproval.create({
      data: {
        ...standing,
        keyId: task?.keyId ?? null,
        arguments: standing.arguments as Prisma.InputJsonValue,
        pins: standing.pins as unknown as Prisma.InputJsonValue,
        hash: Uint8Array.from(standing.hash),
        pinnedHash: Uint8Array.from(standing.pinnedHash),
        basis: [...standing.basis],
        policies: [...standing.policies],
        usesLeft: standing.uses,
        madeByType: madeBy.type,
        madeById: madeBy.id,
      },
    });
  }

  async findStandingApproval(
    id: string,
    tx: Transaction = this.prisma,
  ): Promise<StandingApproval | undefined> {
    const row = await tx.standingApproval.findUnique({ where: { id } });
    return row ? toStanding(row) : undefined;
  }

  async usesOf(standingApprovalId: string): Promise<StandingUse[]> {
    const rows = await this.prisma.standingApprovalUse.findMany({
      where: { standingApprovalId },
      orderBy: [{ usedAt: 'desc' }, { effectId: 'asc' }],
      take: SHOWN_USES,
    });
    return rows.map(({ hash, taskId, usedAt }) => ({ hash, taskId: taskId ?? undefined, usedAt }));
  }

  /** Those of a caller that have a use left, or that this effect has used, the one that ends first in front. */
  async inForce(
    key: Pick<StandingApproval, 'callerType' | 'callerId' | 'userId' | 'action'>,
    effectId: string | undefined,
    now: Date,
    limit: number,
  ): Promise<StandingApproval[]> {
    const used = effectId === undefined ? [] : [{ status: 'used', spent: { some: { effectId } } }];
    const rows = await this.prisma.standingApproval.findMany({
      where: { ...key, validUntil: { gt: now }, OR: [{ status: 'active' }, ...used] },
      orderBy: { validUntil: 'asc' },
      take: limit,
    });
    return rows.map(toStanding);
  }

  /**
   * Counts a use down if everything that is about to be sent is what was allowed, in one statement: of many calls at
   * once, as many pass as there are uses left. The same effect counts once.
   * @returns false otherwise
   */
  async spend(tx: Transaction, id: string, spending: StandingSpending): Promise<boolean> {
    const { effectId, taskId, connectionId, accountId, now } = spending;
    const count = await tx.$executeRaw`
      WITH "again" AS (
        SELECT 1 FROM "standing_approval_uses"
        WHERE "standing_approval_id" = ${id} AND "effect_id" = ${effectId}
      ), "spent" AS (
        UPDATE "standing_approvals" SET "last_used_at" = ${now},
          "uses_left" = "uses_left" - CASE WHEN EXISTS (SELECT 1 FROM "again") THEN 0 ELSE 1 END,
          "status" = CASE WHEN "uses_left" - CASE WHEN EXISTS (SELECT 1 FROM "again") THEN 0 ELSE 1 END > 0
            THEN 'active' ELSE 'used' END
        WHERE "id" = ${id} AND "status" IN ('active', 'used') AND "valid_until" > ${now}
          AND "pinned_hash" = ${Uint8Array.from(spending.pinnedHash)}
          AND "connection_id" = ${connectionId} AND "account_id" = ${accountId}
          AND ("uses_left" > 0 OR EXISTS (SELECT 1 FROM "again"))
        RETURNING "id"
      )
      INSERT INTO "standing_approval_uses" ("standing_approval_id", "effect_id", "hash", "task_id", "used_at")
      SELECT "id", ${effectId}, ${Uint8Array.from(spending.hash)}, ${taskId ?? null}, ${now} FROM "spent"
      ON CONFLICT ("standing_approval_id", "effect_id")
        DO UPDATE SET "hash" = EXCLUDED."hash", "used_at" = EXCLUDED."used_at"`;
    return count > 0;
  }

  /** @returns those that ended now, and not before */
  async end(tx: Transaction, which: Ending, reason: EndReason, now: Date): Promise<StandingApproval[]> {
    const isOver = reason === 'expired';
    const rows = await tx.standingApproval.updateManyAndReturn({
      where: isOver
        ? { ...which, status: 'active' }
        : { ...which, status: { in: ['active', 'used'] }, validUntil: { gt: now } },
      data: { status: isOver ? 'expired' : 'ended', endReason: reason, endedAt: now },
    });
    return rows.map(toStanding);
  }

  async newest(
    filter: StandingFilter,
    before: string | undefined,
    limit: number,
  ): Promise<StandingApproval[]> {
    const rows = await this.prisma.standingApproval.findMany({
      where: { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(toStanding);
  }

  listStanding(page: PageRequest): Promise<ListedPage<StandingApproval>> {
    const where = pageFilter(page, { equal: ['userId', 'status', 'action', 'callerId', 'approvalId'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.standingApproval.findMany({ where, ...slice }),
      count: () => this.prisma.standingApproval.count({ where }),
      sortable: SORTABLE,
      as: toStanding,
    });
  }
}

function toStanding({ madeByType, madeById, ...row }: Prisma.StandingApprovalModel): StandingApproval {
  return {
    ...row,
    callerType: row.callerType as StandingApproval['callerType'],
    status: row.status as StandingStatus,
    pins: row.pins as unknown as StandingPins,
    keyId: row.keyId ?? undefined,
    endReason: (row.endReason ?? undefined) as EndReason | undefined,
    endedAt: row.endedAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
    madeBy: { type: madeByType === 'user' ? 'user' : 'operator', id: madeById },
  };
}
