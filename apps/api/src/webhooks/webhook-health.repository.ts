import { Injectable } from '@nestjs/common';
import { TransactionalRepository, type Transaction } from '../platform/index.js';
import type { DisabledReason } from './webhooks.repository.js';

/** An enabled endpoint whose last attempt has failed. */
export interface FailingEndpoint {
  readonly id: string;
  readonly host: string;
  readonly failingSince: Date;
  /** The last warning about it. */
  readonly warnedPercent: number;
}

interface FailingRow {
  readonly url: string;
  readonly failing_since: Date;
  readonly warned_percent: number;
}

/** Whether endpoints take messages. */
@Injectable()
export class WebhookHealthRepository extends TransactionalRepository {
  /** It has taken a message. */
  async took(tx: Transaction, id: string, at: Date): Promise<void> {
    await tx.webhookEndpoint.updateMany({
      where: { id },
      data: { deliveredAt: at, failingSince: null, warnedPercent: 0, lastError: null },
    });
  }

  /**
   * It has not, again or for the first time; its row is locked until the transaction ends.
   * @returns `undefined` when it is disabled or deleted
   */
  async failed(tx: Transaction, id: string, at: Date, error: string): Promise<FailingEndpoint | undefined> {
    const [row] = await tx.$queryRaw<FailingRow[]>`
      UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, ${at}), last_error = ${error}
      WHERE id = ${id} AND disabled_at IS NULL RETURNING url, failing_since, warned_percent`;
    if (!row) return undefined;
    const { url, failing_since: failingSince, warned_percent: warnedPercent } = row;
    return { id, host: new URL(url).host, failingSince, warnedPercent };
  }

  async warned(tx: Transaction, id: string, percent: number): Promise<void> {
    await tx.webhookEndpoint.update({ where: { id }, data: { warnedPercent: percent } });
  }

  async disable(tx: Transaction, id: string, reason: DisabledReason, at: Date): Promise<void> {
    await tx.webhookEndpoint.update({ where: { id }, data: { disabledAt: at, disabledReason: reason } });
  }
}
