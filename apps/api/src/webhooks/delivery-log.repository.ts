import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  textFilter,
  TransactionalRepository,
  type ListedPage,
  type PageRequest,
  type Prisma,
  type Transaction,
} from '../platform/index.js';

/** One message for one endpoint, and how far it has come. */
export type Delivery = Prisma.WebhookDeliveryModel;

/** One attempt to send it. */
export type DeliveryAttempt = Prisma.WebhookAttemptModel;

export interface DeliveryWithAttempts extends Delivery {
  /** Newest first. */
  readonly tries: readonly DeliveryAttempt[];
}

export interface DeliveryFilter {
  readonly webhookId?: string | undefined;
  readonly status?: string | undefined;
}

const SORTABLE = ['id', 'createdAt', 'type', 'status', 'attempts'];
const MOST_ATTEMPTS_SHOWN = 50;

/** The log of what was sent to endpoints, and what they answered. */
@Injectable()
export class DeliveryLogRepository extends TransactionalRepository {
  async findDelivery(id: string): Promise<DeliveryWithAttempts | undefined> {
    const row = await this.prisma.webhookDelivery.findUnique({
      where: { id },
      include: { tries: { orderBy: [{ at: 'desc' }, { id: 'desc' }], take: MOST_ATTEMPTS_SHOWN } },
    });
    return row ?? undefined;
  }

  /** Newest first, those before the id `before`. */
  newest(filter: DeliveryFilter, before: string | undefined, count: number): Promise<Delivery[]> {
    return this.prisma.webhookDelivery.findMany({
      where: { ...whereOf(filter), ...(before === undefined ? {} : { id: { lt: before } }) },
      orderBy: { id: 'desc' },
      take: count,
    });
  }

  listDeliveries(page: PageRequest): Promise<ListedPage<Delivery>> {
    const where = {
      ...pageFilter(page, { equal: ['type', 'userId'], searched: ['objectId', 'userId', 'messageId'] }),
      ...whereOf({ webhookId: textFilter(page, 'webhookId'), status: textFilter(page, 'status') }),
    };
    return pageOf(page, {
      findMany: (slice) => this.prisma.webhookDelivery.findMany({ where, ...slice }),
      count: () => this.prisma.webhookDelivery.count({ where }),
      sortable: SORTABLE,
      order: [{ id: 'desc' }],
      as: (row) => row,
    });
  }

  /** Has a message sent again from `at` on, as if for the first time. */
  async replay(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx.webhookDelivery.updateMany({
      where: { id },
      data: { status: 'pending', attempts: 0, nextAt: at, endedAt: null },
    });
  }

  async add(delivery: Delivery): Promise<void> {
    await this.prisma.webhookDelivery.create({ data: delivery });
  }
}

function whereOf({ webhookId, status }: DeliveryFilter) {
  return {
    ...(webhookId === undefined ? {} : { endpointId: webhookId }),
    ...(status === undefined ? {} : { status }),
  };
}
