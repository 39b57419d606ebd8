import { Injectable } from '@nestjs/common';
import { Vault, WrongAudienceError } from '../vault/index.js';
import { clientAudience } from './connector-audience.js';
import type { Connector } from './connector.js';
import type { StoredConnector } from './connectors.repository.js';

type Owner = Pick<Connector, 'id' | 'preset' | 'endpointOverrides' | 'options'>;

/** Client secrets, sealed to the connector that they belong to and to the places that it sends them to. */
@Injectable()
export class ConnectorSecrets {
  constructor(private readonly vault: Vault) {}

  async seal(clientSecret: string | null | undefined, owner: Owner): Promise<Uint8Array | undefined> {
    return clientSecret ? this.vault.seal(clientSecret, bindingOf(owner)) : undefined;
  }

  /** @throws UnsealError when the row's endpoints were changed outside the application */
  async open(connector: StoredConnector): Promise<string | undefined> {
    const { sealedClientSecret } = connector;
    return sealedClientSecret ? this.vault.open(sealedClientSecret, bindingOf(connector)) : undefined;
  }

  /** Whether this secret is the stored one, for the endpoints of the connector. */
  async isStored(connector: StoredConnector, clientSecret: string | undefined): Promise<boolean> {
    try {
      return (await this.open(connector)) === clientSecret;
    } catch (error) {
      if (error instanceof WrongAudienceError) return false;
      throw error;
    }
  }

  /**
   * Seals anew a secret that an earlier version bound to no place.
   * @returns `undefined` when there is none
   */
  async bound(connector: StoredConnector): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { sealedClientSecret } = connector;
    return sealedClientSecret ? this.vault.bound(sealedClientSecret, bindingOf(connector)) : undefined;
  }
}

/** The binding of a client secret in the vault. */
export function clientSecretBinding(rowId: string) {
  return { purpose: 'connector.client_secret', rowId };
}

function bindingOf(owner: Owner) {
  return { ...clientSecretBinding(owner.id), audience: clientAudience(owner) };
}
