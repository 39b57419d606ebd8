import { Injectable } from '@nestjs/common';
import { ConnectorDependents, ConnectorsService, type Connector } from '../connectors/index.js';
import { newId, type Transaction } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { revocationBinding, revokedClient, type RevokedTokenSet } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';
import type { TokenSet } from '../oauth/index.js';

/** The user of a token set that is to be revoked, and its origin. */
export interface RevokedFrom {
  /** The connection, or the authorization that has not become one yet. */
  readonly connectionId: string;
  readonly userId: string;
  readonly connector: Connector;
  readonly accountId: string;
  readonly scopes: readonly string[];
}

/** Token sets that wait for their revocation, sealed with the address of the server that issued them. */
@Injectable()
export class PendingRevocations {
  constructor(
    private readonly revocations: RevocationsRepository,
    private readonly connectors: ConnectorsService,
    private readonly vault: Vault,
    dependents: ConnectorDependents,
  ) {
    dependents.onMove((tx, before, clientSecret) => this.keepAddress(tx, before, clientSecret));
  }

  /**
   * Begins the revocation of a token set that is no longer used.
   * @returns the id of the revocation
   */
  async add(tx: Transaction, tokenSet: TokenSet, from: RevokedFrom, at: Date): Promise<string> {
    const { connectionId, userId, connector, accountId, scopes } = from;
    const id = newId('rev');
    const client = revokedClient(connector, await this.connectors.clientSecret(connector));
    const kept: RevokedTokenSet = { ...tokenSet, accountId, scopes, client };
    const sealed = await this.vault.seal(JSON.stringify(kept), revocationBinding(id, userId));
    await this.revocations.add(tx, { id, connectionId, userId, connectorId: connector.id, sealed }, at);
    return id;
  }

  /** Adds the address that their connector is about to leave to those that an earlier version sealed. */
  private async keepAddress(
    tx: Transaction,
    before: Connector,
    clientSecret: string | undefined,
  ): Promise<void> {
    const client = revokedClient(before, clientSecret);
    for (const { id, userId, sealed } of await this.revocations.heldFor(tx, before.id)) {
      const binding = revocationBinding(id, userId);
      const kept = JSON.parse(await this.vault.open(sealed, binding)) as RevokedTokenSet;
      if (kept.client) continue;
      await this.revocations.reseal(
        tx,
        id,
        await this.vault.seal(JSON.stringify({ ...kept, client }), binding),
      );
    }
  }
}
