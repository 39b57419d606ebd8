import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';

/** A rule that an operator wrote. */
export interface StoredPolicy {
  readonly id: string;
  readonly name: string;
  readonly text: string;
  readonly enabled: boolean;
  /** It is not in force from then on. */
  readonly validUntil?: Date | null | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

@Injectable()
export class PoliciesRepository extends TransactionalRepository {
  /** Those that are in force. */
  inForce(now: Date): Promise<StoredPolicy[]> {
    const where = { enabled: true, OR: [{ validUntil: null }, { validUntil: { gt: now } }] };
    return this.prisma.policy.findMany({ where, orderBy: { id: 'asc' } });
  }

  async findPolicy(id: string): Promise<StoredPolicy | undefined> {
    return (await this.prisma.policy.findUnique({ where: { id } })) ?? undefined;
  }

  listPolicies(page: PageRequest): Promise<ListedPage<StoredPolicy>> {
    const where = pageFilter(page, { searched: ['name'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.policy.findMany({ where, ...slice }),
      count: () => this.prisma.policy.count({ where }),
      order: [{ name: 'asc' }],
      as: (row) => row,
    });
  }

  create(
    tx: Transaction,
    policy: Pick<StoredPolicy, 'id' | 'name' | 'text' | 'enabled' | 'validUntil'>,
  ): Promise<StoredPolicy> {
    return tx.policy.create({ data: { ...policy, validUntil: policy.validUntil ?? null } });
  }

  update(
    tx: Transaction,
    id: string,
    change: Partial<Pick<StoredPolicy, 'name' | 'text' | 'enabled' | 'validUntil'>>,
  ): Promise<StoredPolicy> {
    const { validUntil, ...rest } = change;
    return tx.policy.update({
      where: { id },
      data: validUntil === undefined ? rest : { ...rest, validUntil },
    });
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.policy.delete({ where: { id } });
  }
}
