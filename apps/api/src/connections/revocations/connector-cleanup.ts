import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../platform/index.js';
import { ConnectorRowsRepository } from './connector-rows.repository.js';

/** What is left of a connector that is to be deleted. */
@Injectable()
export class ConnectorCleanup {
  constructor(private readonly rows: ConnectorRowsRepository) {}

  /** @returns why it cannot go yet, and what to do; otherwise nothing is left of it in this room */
  async leave(tx: Transaction, connectorId: string): Promise<string | undefined> {
    const { stored, revocations } = await this.rows.needing(tx, connectorId);
    if (stored > 0)
      return `${count(stored, 'connection holds', 'connections hold')} tokens. Disable the connector with "tokens": "drop" first, which disconnects them and revokes their tokens at the provider.`;
    if (revocations > 0)
      return `${count(revocations, 'revocation is', 'revocations are')} not confirmed by the provider yet, and need the connector's client for that. Try again later.`;
    await this.rows.deleteEmpty(tx, connectorId);
    return undefined;
  }
}

function count(howMany: number, one: string, many: string): string {
  return `${howMany} ${howMany === 1 ? one : many}`;
}
