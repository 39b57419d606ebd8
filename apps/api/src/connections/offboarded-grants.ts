import { Injectable } from '@nestjs/common';
import type { NewAuditEvent } from '../audit/index.js';
import { Clock, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { grantBinding } from './authorization.js';

import { ConnectionsRepository } from './connections.repository.js';
import { DisconnectRows, type Disconnecting } from './disconnect-rows.js';
import { OffboardingRepository } from './offboarding.repository.js';
import type { AccountGrant } from './token-set.js';

/** Moves every token set of a user out of use: those of connections, and those that a consent brought and nobody stored. */
@Injectable()
export class OffboardedGrants {
  constructor(
    private readonly rows: OffboardingRepository,
    private readonly connections: ConnectionsRepository,
    private readonly disconnects: DisconnectRows,
    private readonly vault: Vault,
    readonly clock: Clock,
  ) {}

  async end(
    tx: Transaction,
    userId: string,
    how: Disconnecting,
  ): Promise<{ events: NewAuditEvent[]; revocationIds: string[]; connections: number }> {
    const events: NewAuditEvent[] = [];
    const revocationIds: string[] = [];
    const ids = await this.rows.connectionIds(tx, userId);
    for (const id of ids) {
      const connection = await this.connections.lock(tx, id);
      const ended = connection && (await this.disconnects.disconnect(tx, connection, how));
      if (ended) events.push(ended.event);
      if (ended?.revocationId) revocationIds.push(ended.revocationId);
    }
    for (const held of await this.rows.heldGrants(tx, userId)) {
      const grant = JSON.parse(await this.vault.open(held.sealed, grantBinding(held))) as AccountGrant;
      const { account, scopes } = grant;
      const from = { ...held, connectionId: held.id, accountId: account.id, scopes };
      revocationIds.push(await this.disconnects.toRevoke(tx, grant.tokenSet, from, how.at));
    }
    await this.disconnects.forgetEnded(tx, userId);
    return { events, revocationIds, connections: ids.length };
  }
}
