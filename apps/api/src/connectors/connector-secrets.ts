import { Injectable } from '@nestjs/common';
import { Vault } from '../vault/index.js';
import type { StoredConnector } from './connectors.repository.js';

/** Client secrets, sealed to the connector that they belong to. */
@Injectable()
export class ConnectorSecrets {
  constructor(private readonly vault: Vault) {}

  async seal(clientSecret: string | null | undefined, id: string): Promise<Uint8Array | undefined> {
    return clientSecret ? this.vault.seal(clientSecret, clientSecretBinding(id)) : undefined;
  }

  async open({ id, sealedClientSecret }: StoredConnector): Promise<string | undefined> {
    return sealedClientSecret ? this.vault.open(sealedClientSecret, clientSecretBinding(id)) : undefined;
  }
}

/** What a client secret is bound to in the vault. */
export function clientSecretBinding(rowId: string) {
  return { purpose: 'connector.client_secret', rowId };
}
