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

export type DisabledReason = 'operator' | 'failing' | 'gone';

/** A secret of an endpoint, without what is secret. */
export interface WebhookSecret {
  readonly id: string;
  readonly publicKey: string;
  readonly createdAt: Date;
  /** Until when a former secret signs too; absent for the current one. */
  readonly expiresAt: Date | null;
}

/** A new secret of an endpoint. */
export interface NewWebhookSecret {
  readonly id: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly publicKey: string;
}

/** An address of a calling app that is told of events. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  /** Empty: of all types. */
  readonly eventTypes: readonly string[];
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly disabledReason: DisabledReason | null;
  /** Of the first attempt that failed since the last that did not. */
  readonly failingSince: Date | null;
  readonly deliveredAt: Date | null;
  readonly lastError: string | null;
  /** Newest first. */
  readonly secrets: readonly WebhookSecret[];
}

/** The columns that a change writes. */
export type WebhookRow = Partial<
  Pick<Prisma.WebhookEndpointModel, 'url' | 'description' | 'eventTypes' | 'disabledAt'> & {
    disabledReason: DisabledReason | null;
    failingSince: Date | null;
    warnedPercent: number;
    lastError: string | null;
  }
>;

const SORTABLE = ['id', 'url', 'createdAt', 'deliveredAt'];
const NEWEST_FIRST = [{ createdAt: 'desc' }, { id: 'desc' }] as const;

function withSecrets(now: Date) {
  return {
    secrets: {
      select: { id: true, publicKey: true, createdAt: true, expiresAt: true },
      where: inForce(now),
      orderBy: [...NEWEST_FIRST],
    },
  };
}

/** Secrets that sign at this time. */
function inForce(now: Date) {
  return { OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
}

/** The endpoints and their secrets. */
@Injectable()
export class WebhooksRepository extends TransactionalRepository {
  count(): Promise<number> {
    return this.prisma.webhookEndpoint.count();
  }

  async create(
    tx: Transaction,
    row: WebhookRow & { id: string; url: string },
    secret: NewWebhookSecret,
    at: Date,
  ): Promise<void> {
    await tx.webhookEndpoint.create({
      data: { ...row, createdAt: at, secrets: { create: { ...secret, createdAt: at } } },
    });
  }

  async update(tx: Transaction, id: string, change: WebhookRow): Promise<void> {
    await tx.webhookEndpoint.update({ where: { id }, data: change });
  }

  /** @returns false when there is none */
  async delete(tx: Transaction, id: string): Promise<boolean> {
    return (await tx.webhookEndpoint.deleteMany({ where: { id } })).count > 0;
  }

  /** Has a new secret sign, and the former ones until `until`; those that sign no longer are deleted. */
  async rotate(
    tx: Transaction,
    endpointId: string,
    secret: NewWebhookSecret,
    { at, until }: { readonly at: Date; readonly until: Date },
  ): Promise<void> {
    const open = { OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] };
    await tx.webhookSecret.updateMany({ where: { endpointId, ...open }, data: { expiresAt: until } });
    await tx.webhookSecret.deleteMany({ where: { endpointId, expiresAt: { lte: at } } });
    await tx.webhookSecret.create({ data: { ...secret, endpointId, createdAt: at } });
  }

  async findWebhook(id: string, now: Date): Promise<Webhook | undefined> {
    const row = await this.prisma.webhookEndpoint.findUnique({ where: { id }, include: withSecrets(now) });
    return row ? toWebhook(row) : undefined;
  }

  /** The sealed keys that sign for an endpoint, newest first. */
  signing(endpointId: string, now: Date): Promise<{ id: string; sealed: Uint8Array }[]> {
    return this.prisma.webhookSecret.findMany({
      where: { endpointId, ...inForce(now) },
      orderBy: [...NEWEST_FIRST],
      select: { id: true, sealed: true },
    });
  }

  /** Newest first, those before the id `before`. */
  async newest(before: string | undefined, count: number, now: Date): Promise<Webhook[]> {
    const rows = await this.prisma.webhookEndpoint.findMany({
      where: before === undefined ? {} : { id: { lt: before } },
      include: withSecrets(now),
      orderBy: { id: 'desc' },
      take: count,
    });
    return rows.map(toWebhook);
  }

  listWebhooks(page: PageRequest, now: Date): Promise<ListedPage<Webhook>> {
    const where = pageFilter(page, { searched: ['url', 'description'] });
    return pageOf(page, {
      findMany: (slice) =>
        this.prisma.webhookEndpoint.findMany({ where, include: withSecrets(now), ...slice }),
      count: () => this.prisma.webhookEndpoint.count({ where }),
      sortable: SORTABLE,
      as: toWebhook,
    });
  }
}

function toWebhook(
  row: Prisma.WebhookEndpointModel & { readonly secrets: readonly WebhookSecret[] },
): Webhook {
  return { ...row, disabledReason: row.disabledReason as DisabledReason | null };
}
