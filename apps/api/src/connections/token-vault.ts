import { Injectable } from '@nestjs/common';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { audienceDigest, Vault, type Binding } from '../vault/index.js';
import type { SealedConnection } from './connection.js';
import type { TokenSet } from '../oauth/index.js';

type Owner = Pick<SealedConnection, 'id' | 'userId'>;
type Holder = Pick<SealedConnection, 'id' | 'userId' | 'connectorId' | 'sealed'>;

/**
 * Seals and opens the token sets of connections. Each value is bound to its row, its user, and the places that the
 * connector sends tokens to: however the connector's endpoints are changed, it cannot send stored tokens to the new
 * ones.
 */
@Injectable()
export class TokenVault {
  constructor(
    private readonly vault: Vault,
    private readonly connectors: ConnectorsService,
  ) {}

  /** @param connector as it was when it got the token set */
  seal(tokenSet: TokenSet, { id, userId }: Owner, connector: Connector): Promise<Uint8Array<ArrayBuffer>> {
    return this.sealFor(connector, JSON.stringify(tokenSet), tokenSetBinding(id, userId));
  }

  /** @throws UnsealError; WrongAudienceError when it is bound to another place than the connector's */
  async open(connection: Holder): Promise<TokenSet> {
    const { id, userId, sealed } = connection;
    if (!sealed) throw new Error(`connection ${id} holds no token set`);
    const connector = await this.connectorOf(connection);
    return JSON.parse(await this.openFor(connector, sealed, tokenSetBinding(id, userId))) as TokenSet;
  }

  /** Whether the tokens of a connection may be sent to its connector's endpoints. */
  async isForConnector(connection: Holder): Promise<boolean> {
    return !connection.sealed || this.isFor(await this.connectorOf(connection), connection.sealed);
  }

  /** By connector, the digest that its token sets name: see `audienceInSql`. */
  async audiences(): Promise<Record<string, string>> {
    const connectors = await this.connectors.all();
    return Object.fromEntries(
      connectors.map((one) => [one.id, audienceDigest(this.connectors.audience(one))]),
    );
  }

  /**
   * A token set that an earlier version bound to no place, bound to `connector`'s endpoints; `undefined` for a newer
   * one.
   */
  bound(sealed: Uint8Array, { id, userId }: Owner, connector: Connector) {
    return this.vault.bound(sealed, this.at(connector, tokenSetBinding(id, userId)));
  }

  sealFor(connector: Connector, text: string, binding: Binding): Promise<Uint8Array<ArrayBuffer>> {
    return this.vault.seal(text, this.at(connector, binding));
  }

  /** @throws UnsealError; WrongAudienceError */
  openFor(connector: Connector, sealed: Uint8Array, binding: Binding): Promise<string> {
    return this.vault.open(sealed, this.at(connector, binding));
  }

  isFor(connector: Connector, sealed: Uint8Array): boolean {
    return this.vault.isFor(sealed, this.connectors.audience(connector));
  }

  private at(connector: Connector, binding: Binding): Binding {
    return { ...binding, audience: this.connectors.audience(connector) };
  }

  private async connectorOf({ connectorId }: Holder): Promise<Connector> {
    const connector = await this.connectors.findConnector(connectorId);
    if (!connector) throw new Error(`connector ${connectorId} is gone`);
    return connector;
  }
}

/** The binding of a token set in the vault. */
export function tokenSetBinding(connectionId: string, userId: string) {
  return { purpose: 'connection.token_set', rowId: connectionId, userId };
}
