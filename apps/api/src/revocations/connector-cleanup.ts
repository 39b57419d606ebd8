import { Injectable } from '@nestjs/common';
import { Problem, type Transaction } from '../platform/index.js';
import { ConnectorRowsRepository } from './connector-rows.repository.js';

/** The rows of a connector that is to be deleted. */
@Injectable()
export class ConnectorCleanup {
  constructor(private readonly rows: ConnectorRowsRepository) {}

  /** @returns why it cannot be deleted yet, and what to do; otherwise its rows in this room are deleted */
  async leave(tx: Transaction, connectorId: string): Promise<Problem | undefined> {
    const { stored, revocations } = await this.rows.needing(tx, connectorId);
    if (stored > 0)
      return new Problem('connector_in_use.stored', {
        stored: count(stored, 'connection holds', 'connections hold'),
      });
    if (revocations > 0)
      return new Problem('connector_in_use.revocations', {
        revocations: count(revocations, 'revocation is', 'revocations are'),
      });
    await this.rows.deleteEmpty(tx, connectorId);
    return undefined;
  }
}

function count(howMany: number, one: string, many: string): string {
  return `${howMany} ${howMany === 1 ? one : many}`;
}
