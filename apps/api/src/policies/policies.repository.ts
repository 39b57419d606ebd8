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
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

@Injectable()
export class PoliciesRepository extends TransactionalRepository {
  enabled(): Promise<StoredPolicy[]> {
    return this.prisma.policy.findMany({ where: { enabled: true }, orderBy: { id: 'asc' } });
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
    });
  }

  create(
    tx: Transaction,
    policy: Pick<StoredPolicy, 'id' | 'name' | 'text' | 'enabled'>,
  ): Promise<StoredPolicy> {
    return tx.policy.create({ data: policy });
  }

  update(
    tx: Transaction,
    id: string,
    change: Partial<Pick<StoredPolicy, 'name' | 'text' | 'enabled'>>,
  ): Promise<StoredPolicy> {
    return tx.policy.update({ where: { id }, data: change });
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.policy.delete({ where: { id } });
  }
}
