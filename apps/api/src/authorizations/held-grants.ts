import { Injectable } from '@nestjs/common';
import { ConnectorsService } from '../connectors/index.js';
import type { Transaction } from '../platform/index.js';
import type { AccountGrant } from '../oauth/index.js';
import { DeletedUserGrants, PendingRevocations } from '../revocations/index.js';
import { TokenVault } from '../connections/index.js';
import { grantBinding, type SealedAuthorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';

/** Grants that a consent brought and that no connection has: they end with their user. */
@Injectable()
export class HeldGrants {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly connectors: ConnectorsService,
    private readonly vault: TokenVault,
    private readonly pending: PendingRevocations,
    deleted: DeletedUserGrants,
  ) {
    deleted.register((tx, userId, at) => this.endAll(tx, userId, at));
  }

  private async endAll(tx: Transaction, userId: string, at: Date): Promise<string[]> {
    const revocationIds: string[] = [];
    for (const held of await this.records.heldGrants(tx, userId)) {
      const revocationId = await this.end(tx, held, at);
      if (revocationId) revocationIds.push(revocationId);
    }
    return revocationIds;
  }

  /** @returns `undefined` for a grant of a place that its connector has left */
  private async end(tx: Transaction, held: SealedAuthorization, at: Date): Promise<string | undefined> {
    const { id: connectionId, userId, connectorId, sealed } = held;
    const connector = await this.connectors.findConnector(connectorId);
    if (!connector || !this.vault.isFor(connector, sealed)) return undefined;
    const text = await this.vault.openFor(connector, sealed, grantBinding(held));
    const { tokenSet, account, scopes } = JSON.parse(text) as AccountGrant;
    const from = { connectionId, userId, connector, accountId: account.id, scopes };
    return this.pending.add(tx, tokenSet, from, at);
  }
}
