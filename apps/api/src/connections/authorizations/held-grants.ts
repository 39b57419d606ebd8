import { Injectable } from '@nestjs/common';
import { ConnectorsService } from '../../connectors/index.js';
import type { Transaction } from '../../platform/index.js';
import { grantBinding } from './authorization.js';
import type { HeldGrant } from '../revocations/offboarding.repository.js';
import { PendingRevocations } from '../revocations/pending-revocations.js';
import type { AccountGrant } from '../../oauth/index.js';
import { TokenVault } from '../token-vault.js';

/** Grants that a consent brought and that no connection has. */
@Injectable()
export class HeldGrants {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly vault: TokenVault,
    private readonly pending: PendingRevocations,
  ) {}

  /** Has one revoked. @returns the revocation; `undefined` for a grant of a place that its connector has left */
  async end(tx: Transaction, held: HeldGrant, at: Date): Promise<string | undefined> {
    const { id: connectionId, userId, connectorId, sealed } = held;
    const connector = await this.connectors.find(connectorId);
    if (!connector || !this.vault.isFor(connector, sealed)) return undefined;
    const text = await this.vault.openFor(connector, sealed, grantBinding(held));
    const { tokenSet, account, scopes } = JSON.parse(text) as AccountGrant;
    const from = { connectionId, userId, connector, accountId: account.id, scopes };
    return this.pending.add(tx, tokenSet, from, at);
  }
}
