import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  Prisma,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import type { Pins } from '../gateway/index.js';
import type { Agreement, Approval, ApprovalStatus } from './approval.js';

export type NewApproval = Omit<
  Approval,
  'usedEffects' | 'agreed' | 'reason' | 'decidedBy' | 'decidedAt' | 'changed' | 'lastUsedAt' | 'createdAt'
>;

export interface ApprovalFilter {
  readonly status?: ApprovalStatus | undefined;
  readonly userId?: string | undefined;
  readonly callerType?: string | undefined;
  readonly callerId?: string | undefined;
}

/** The members that make two calls the same. */
export type CallKey = Pick<
  Approval,
  'callerType' | 'callerId' | 'userId' | 'action' | 'connectionId' | 'requestedHash'
>;

/** A decision as it is stored. */
export type StoredDecision = Pick<
  Approval,
  | 'status'
  | 'decidedAt'
  | 'reason'
  | 'arguments'
  | 'hash'
  | 'pinnedHash'
  | 'pins'
  | 'uses'
  | 'expiresAt'
  | 'basis'
  | 'policies'
  | 'changed'
> & { readonly decidedBy: NonNullable<Approval['decidedBy']> };

/** One sending, as it is compared with what was approved. */
export interface Spending {
  readonly effectId: string;
  readonly pinnedHash: Uint8Array;
  readonly connectionId: string;
  readonly accountId: string;
  readonly now: Date;
}

const SORTABLE = ['id', 'createdAt', 'expiresAt', 'decidedAt', 'status', 'action', 'userId'];

@Injectable()
export class ApprovalsRepository extends TransactionalRepository {
  /** Taken first by every change of both, so that none waits for another in a circle. */
  async lockTask(tx: Transaction, { taskId }: Pick<Approval, 'taskId'>): Promise<void> {
    await tx.$queryRaw`SELECT 1 FROM "tasks" WHERE "id" = ${taskId} FOR NO KEY UPDATE`;
  }

  async create(tx: Transaction, { pins, ...approval }: NewApproval): Promise<void> {
    await tx.approval.create({
      data: {
        ...approval,
        arguments: approval.arguments as Prisma.InputJsonValue,
        pins: pins as unknown as Prisma.InputJsonValue,
        hash: Uint8Array.from(approval.hash),
        requestedHash: Uint8Array.from(approval.requestedHash),
        pinnedHash: Uint8Array.from(approval.pinnedHash),
        basis: [...approval.basis],
        policies: [...approval.policies],
      },
    });
  }

  async findApproval(id: string, tx: Transaction = this.prisma): Promise<Approval | undefined> {
    const row = await tx.approval.findUnique({ where: { id } });
    return row ? toApproval(row) : undefined;
  }

  /** The newest for this call that has this status and has not expired. */
  async findLike(
    { requestedHash, ...key }: CallKey,
    status: ApprovalStatus,
    now: Date,
    tx: Transaction = this.prisma,
  ): Promise<Approval | undefined> {
    const { callerType, callerId, userId, action, connectionId } = key;
    const row = await tx.approval.findFirst({
      where: {
        callerType,
        callerId,
        userId,
        action,
        connectionId,
        status,
        requestedHash: Uint8Array.from(requestedHash),
        expiresAt: { gt: now },
      },
      orderBy: { createdAt: 'desc' },
    });
    return row ? toApproval(row) : undefined;
  }

  /** Approvals of a caller that are in force and may cover more than one call. */
  async inForce(
    key: Pick<Approval, 'callerType' | 'callerId' | 'userId' | 'action'>,
    now: Date,
    limit: number,
  ): Promise<Approval[]> {
    const rows = await this.prisma.approval.findMany({
      where: { ...key, status: 'approved', uses: { gt: 1 }, expiresAt: { gt: now } },
      orderBy: { createdAt: 'desc' },
      take: limit,
    });
    return rows.map(toApproval);
  }

  /** Writes down who has agreed. Called with the task locked: nobody else agrees meanwhile. */
  async agree(tx: Transaction, id: string, agreed: readonly Agreement[]): Promise<void> {
    await tx.approval.update({ where: { id }, data: { agreed: agreed.map((one) => ({ ...one })) } });
  }

  /** @returns false when it was decided, withdrawn or has expired */
  async decide(tx: Transaction, id: string, decision: StoredDecision, now: Date): Promise<boolean> {
    const { decidedBy, ...change } = decision;
    const { count } = await tx.approval.updateMany({
      where: { id, status: 'pending', expiresAt: { gt: now } },
      data: {
        ...change,
        decidedByType: decidedBy.type,
        decidedById: decidedBy.id,
        reason: change.reason ?? null,
        arguments: change.arguments as Prisma.InputJsonValue,
        pins: change.pins as unknown as Prisma.InputJsonValue,
        hash: Uint8Array.from(change.hash),
        pinnedHash: Uint8Array.from(change.pinnedHash),
        basis: [...change.basis],
        policies: [...change.policies],
        changed: [...change.changed],
      },
    });
    return count > 0;
  }

  /**
   * Spends a use if everything that is about to be sent is what was approved, in one statement.
   * @returns false otherwise
   */
  async spend(tx: Transaction, id: string, spending: Spending): Promise<boolean> {
    const { effectId, connectionId, accountId, now } = spending;
    const count = await tx.$executeRaw`
      UPDATE "approvals" SET "last_used_at" = ${now},
        "used_effects" = array_append(array_remove("used_effects", ${effectId}), ${effectId}),
        "status" = CASE WHEN cardinality(array_append(array_remove("used_effects", ${effectId}), ${effectId})) >= "uses"
          THEN 'used' ELSE 'approved' END
      WHERE "id" = ${id} AND "status" IN ('approved', 'used') AND "expires_at" > ${now}
        AND "pinned_hash" = ${Uint8Array.from(spending.pinnedHash)}
        AND "connection_id" = ${connectionId} AND "account_id" = ${accountId}
        AND (${effectId} = "effect_id" OR ${effectId} = ANY("used_effects")
          OR cardinality(array_remove("used_effects", "effect_id")) < "uses" - 1)`;
    return count > 0;
  }

  /** Moves it on if its status is still one of `from`. */
  async move(
    tx: Transaction,
    id: string,
    from: readonly ApprovalStatus[],
    status: ApprovalStatus,
  ): Promise<boolean> {
    const { count } = await tx.approval.updateMany({
      where: { id, status: { in: [...from] } },
      data: { status },
    });
    return count > 0;
  }

  /** Ends those that tasks still wait for, or may still use. */
  async withdraw(tx: Transaction, taskIds: readonly string[]): Promise<Approval[]> {
    const rows = await tx.approval.updateManyAndReturn({
      where: { taskId: { in: [...taskIds] }, status: { in: ['pending', 'approved'] } },
      data: { status: 'withdrawn' },
    });
    return rows.map(toApproval);
  }

  async overdue(now: Date, limit: number): Promise<Approval[]> {
    const rows = await this.prisma.approval.findMany({
      where: { status: { in: ['pending', 'approved'] }, expiresAt: { lte: now } },
      orderBy: { expiresAt: 'asc' },
      take: limit,
    });
    return rows.map(toApproval);
  }

  async newest(filter: ApprovalFilter, before: string | undefined, limit: number): Promise<Approval[]> {
    const rows = await this.prisma.approval.findMany({
      where: { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: limit,
    });
    return rows.map(toApproval);
  }

  listApprovals(page: PageRequest): Promise<ListedPage<Approval>> {
    const where = pageFilter(page, { equal: ['userId', 'status', 'action', 'callerId', 'taskId'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.approval.findMany({ where, ...slice }),
      count: () => this.prisma.approval.count({ where }),
      sortable: SORTABLE,
      as: toApproval,
    });
  }
}

function toApproval(row: Prisma.ApprovalModel): Approval {
  const { decidedByType, decidedById, ...rest } = row;
  return {
    ...rest,
    callerType: row.callerType as Approval['callerType'],
    approvers: row.approvers as Approval['approvers'],
    status: row.status as ApprovalStatus,
    agreed: row.agreed as unknown as readonly Agreement[],
    pins: row.pins as unknown as Pins,
    ask: row.ask ?? undefined,
    reason: row.reason ?? undefined,
    decidedAt: row.decidedAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
    decidedBy:
      decidedById === null
        ? undefined
        : { type: decidedByType === 'user' ? 'user' : 'operator', id: decidedById },
  };
}
