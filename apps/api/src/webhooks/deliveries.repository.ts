import { Injectable } from '@nestjs/common';
import { newId, PrismaService, type Prisma, type Transaction } from '../platform/index.js';
import type { Attempt } from './message-sender.js';
import type { SignedMessage } from './signatures.js';

/** A message that is to be written for the endpoints. */
export interface NewMessage extends SignedMessage {
  /** The place of its event in the audit log. */
  readonly seq: bigint;
  readonly type: string;
  readonly objectId: string;
  readonly userId: string | undefined;
}

/** A message that is to be sent to one endpoint. */
export interface DueDelivery {
  readonly id: string;
  readonly endpointId: string;
  /** Attempts that were made. */
  readonly attempts: number;
  readonly message: SignedMessage;
}

interface DueRow {
  readonly id: string;
  readonly message_id: string;
  readonly attempts: number;
  readonly body: string;
}

/** The messages of each endpoint, and the attempts to send them. */
@Injectable()
export class DeliveriesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Writes messages for every enabled endpoint that wants their type. */
  async write(tx: Transaction, messages: readonly NewMessage[], at: Date): Promise<void> {
    const endpoints = await tx.webhookEndpoint.findMany({
      where: { disabledAt: null },
      select: { id: true, eventTypes: true },
    });
    const rows = messages.flatMap((message) =>
      endpoints
        .filter(({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(message.type))
        .map(({ id }) => toRow(message, id, at)),
    );
    if (rows.length > 0) await tx.webhookDelivery.createMany({ data: rows });
  }

  /** The messages to send now, but for those of an object that has an earlier one which was not sent yet. */
  async due(endpointId: string, now: Date, limit: number): Promise<DueDelivery[]> {
    const rows = await this.prisma.$queryRaw<DueRow[]>`
      SELECT id, message_id, attempts, body FROM webhook_deliveries AS due
      WHERE endpoint_id = ${endpointId} AND status = 'pending' AND next_at <= ${now} AND NOT EXISTS (
        SELECT FROM webhook_deliveries WHERE endpoint_id = due.endpoint_id AND object_id = due.object_id
          AND status = 'pending' AND (seq, message_id) < (due.seq, due.message_id))
      ORDER BY next_at, seq LIMIT ${limit}`;
    return rows.map(({ id, message_id, attempts, body }) => {
      return { id, endpointId, attempts, message: { id: message_id, body } };
    });
  }

  /** Ends the pending messages of disabled endpoints that were written before this time. */
  async endUnsent(before: Date, at: Date): Promise<void> {
    await this.prisma.webhookDelivery.updateMany({
      where: { status: 'pending', createdAt: { lt: before }, endpoint: { disabledAt: { not: null } } },
      data: { status: 'failed', endedAt: at },
    });
  }

  /** Deletes messages that ended before this time, and those that ended about users who are gone. */
  async deleteEnded(before: Date): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM webhook_deliveries AS ended WHERE status <> 'pending' AND (ended_at < ${before}
        OR user_id IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE id = ended.user_id))`;
  }

  /** Whether a message about a user is still to be sent. */
  async hasPending(userId: string): Promise<boolean> {
    return (await this.prisma.webhookDelivery.count({ where: { userId, status: 'pending' } })) > 0;
  }

  /** Deletes the messages about a user, with what receivers have answered to them. */
  async forget(tx: Transaction, userId: string): Promise<void> {
    await tx.webhookDelivery.deleteMany({ where: { userId } });
  }

  /**
   * Writes an attempt, and how its message stands after it: it has ended, or is sent again at `nextAt`. Nothing where the
   * message is no longer there, or another attempt has ended it.
   */
  async attempted(
    tx: Transaction,
    { id, attempts }: Pick<DueDelivery, 'id' | 'attempts'>,
    attempt: Attempt,
    next: { readonly nextAt: Date } | { readonly status: 'succeeded' | 'failed' },
  ): Promise<void> {
    const ended = 'status' in next ? { endedAt: attempt.at } : {};
    const { count } = await tx.webhookDelivery.updateMany({
      where: { id, status: 'pending' },
      data: { ...next, ...ended, attempts: attempts + 1 },
    });
    if (count > 0) await tx.webhookAttempt.create({ data: toAttemptRow(id, attempt) });
  }
}

function toRow(
  { id: messageId, ...message }: NewMessage,
  endpointId: string,
  at: Date,
): Prisma.WebhookDeliveryCreateManyInput {
  const { seq, type, objectId, userId = null, body } = message;
  const id = newId('whd');
  const row = { id, endpointId, messageId, seq, type, objectId, userId, body };
  return { ...row, status: 'pending', nextAt: at, createdAt: at };
}

function toAttemptRow(deliveryId: string, { at, url, durationMs, status, error, answer }: Attempt) {
  return { id: newId('wha'), deliveryId, at, url, durationMs, status, error, answer };
}
