import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import { Clock, Problem } from '../platform/index.js';
import type { Authorization } from './authorization.js';
import { accountName, ConnectionsRepository, GrantsRepository } from '../connections/index.js';
import { PendingRevocations } from '../revocations/index.js';
import type { AccountGrant } from '../oauth/index.js';

/** Keeps a connection to its account: a grant of another one is refused, and ended where that harms nobody. */
@Injectable()
export class AccountMismatch {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly grants: GrantsRepository,
    private readonly pending: PendingRevocations,
    private readonly clock: Clock,
  ) {}

  /**
   * Compares the stable account ids, never names or e-mail addresses.
   * @throws Problem 409 `account_mismatch`, 410 `connection_gone`
   */
  async refuse(record: Authorization, connector: Connector, grant: AccountGrant): Promise<void> {
    if (record.forConnectionId === undefined) return;
    const connection = await this.connections.findConnection(record.forConnectionId);
    if (connection?.userId === record.userId && connection.account.id === grant.account.id) return;
    await this.end(record, connector, grant);
    if (!connection) throw new Problem('connection_gone');
    const expected = accountName(connection);
    throw new Problem('account_mismatch', {
      expected,
      other: grant.account.email ?? grant.account.name ?? grant.account.id,
      connector: connector.displayName,
      connectionId: connection.id,
    });
  }

  /** A provider that ends whole grants would end every other connection of that account with it: then it is forgotten. */
  private async end({ id: connectionId, userId }: Authorization, connector: Connector, grant: AccountGrant) {
    if (await this.grants.isAccountInUse([connector.id], grant.account.id)) return;
    // There is no connection whose end this would be: the authorization stands for it.
    const { account, scopes } = grant;
    const from = { connectionId, userId, connector, accountId: account.id, scopes };
    await this.connections.inTransaction((tx) =>
      this.pending.add(tx, grant.tokenSet, from, this.clock.date()),
    );
  }
}
