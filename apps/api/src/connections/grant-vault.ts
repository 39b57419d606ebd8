import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { grantBinding, type Authorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { AccountGrant } from './callback-answer.js';
import { ConnectionsRepository } from './connections.repository.js';
import { StoreGrant, type GrantOwner } from './store-grant.js';

/** Holds a grant between its callback and its connection, sealed with the authorization it came from. */
@Injectable()
export class GrantVault {
  constructor(
    private readonly vault: Vault,
    private readonly connections: ConnectionsRepository,
    private readonly records: AuthorizationsRepository,
    private readonly storeGrant: StoreGrant,
    private readonly clock: Clock,
  ) {}

  seal(record: Authorization, grant: AccountGrant): Promise<Uint8Array<ArrayBuffer>> {
    return this.vault.seal(JSON.stringify(grant), grantBinding(record));
  }

  async open(record: Authorization): Promise<AccountGrant> {
    if (!record.sealed) throw new Error(`authorization ${record.id} holds no grant`);
    return JSON.parse(await this.vault.open(record.sealed, grantBinding(record))) as AccountGrant;
  }

  /** Stores the grant and ends its authorization in one transaction, once: a second caller gets the first one's connection. */
  async complete(record: Authorization, grant: AccountGrant, owner: GrantOwner): Promise<string> {
    const stored = await this.connections.inTransaction(async (tx) => {
      const mine = await this.records.move(
        record.id,
        ['verified', 'exchanging'],
        { status: 'completed', sealed: null, finishedAt: this.clock.date() },
        tx,
      );
      if (!mine) return undefined;
      const connectionId = await this.storeGrant.store(tx, grant, owner);
      await this.records.move(record.id, ['completed'], { status: 'completed', connectionId }, tx);
      return connectionId;
    });
    const connectionId = stored ?? (await this.records.find(record.id))?.connectionId;
    if (connectionId === undefined) throw new Error(`authorization ${record.id} ended without a connection`);
    return connectionId;
  }
}
