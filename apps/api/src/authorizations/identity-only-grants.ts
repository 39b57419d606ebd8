import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { Clock, type Transaction } from '../platform/index.js';
import type { Authorization } from './authorization.js';
import { type GrantOwner, GrantsRepository, GrantTerminations } from '../connections/index.js';
import { PendingRevocations } from '../revocations/index.js';
import type { AccountGrant } from '../oauth/index.js';

/** Grants over a connector that stores no tokens: they have proven an account, and end with that. */
@Injectable()
export class IdentityOnlyGrants {
  constructor(
    private readonly terminations: GrantTerminations,
    private readonly pending: PendingRevocations,
    private readonly grants: GrantsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Inside the transaction that completes `record`: the tokens are to be revoked at the provider; they are forgotten
   * where that would end a grant that another connection still lives on.
   */
  async end(tx: Transaction, record: Authorization, grant: AccountGrant, owner: GrantOwner): Promise<void> {
    const { userId, connector, actor, agentId, trace } = owner;
    const isShared = await this.isShared(tx, connector, grant.account.id);
    if (!isShared) {
      const from = {
        connectionId: record.id,
        userId,
        connector,
        accountId: grant.account.id,
        scopes: grant.scopes,
      };
      await this.pending.add(tx, grant.tokenSet, from, this.clock.date());
    }
    await this.audit.recordIn(tx, {
      type: 'authorization.completed',
      outcome: 'succeeded',
      actor,
      userId,
      agentId,
      target: connector.target,
      ...trace,
      detail: { authorizationId: record.id, accountId: grant.account.id, stored: false, revoking: !isShared },
    });
  }

  private async isShared(tx: Transaction, connector: Connector, accountId: string): Promise<boolean> {
    return this.grants.isAccountInUse(await this.terminations.sharing(connector), accountId, tx);
  }
}
