import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../../audit/index.js';
import { ConnectorsService, endpointsOf, type Connector } from '../../connectors/index.js';
import type { Transaction } from '../../platform/index.js';
import type { Connection, ConnectionReason } from '../connection.js';
import { GrantTerminationsRepository } from './grant-terminations.repository.js';

/** Why a grant has ended, and how we know. */
export interface GrantEnd {
  readonly reason: ConnectionReason;
  readonly actor: AuditActor;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The classified failure behind it, when the reason alone is not enough. */
  readonly failure?: string | undefined;
}

/** An account's grant to an OAuth client, through any of its connectors. */
interface SharedGrant {
  readonly connector: Connector;
  readonly accountId: string;
  readonly before: Date;
}

/**
 * Marks connections whose grant has ended: their tokens are no longer refreshed or handed out. Some providers end
 * everything that an account granted to a client at once, for all of our users that hold it.
 */
@Injectable()
export class GrantTerminations {
  constructor(
    private readonly rows: GrantTerminationsRepository,
    private readonly connectors: ConnectorsService,
    private readonly audit: Audit,
  ) {}

  connector(id: string): Promise<Connector | undefined> {
    return this.connectors.findConnector(id);
  }

  /** Connectors that share one grant at the provider, this one included; none where each token set is independent. */
  async sharing(connector: Connector): Promise<string[]> {
    if (connector.preset.revocation.kills !== 'whole_grant') return [];
    const { token } = endpointsOf(connector);
    const all = await this.connectors.all();
    return all
      .filter(
        (other) =>
          other.clientId === connector.clientId &&
          other.preset.id === connector.preset.id &&
          endpointsOf(other).token === token,
      )
      .map(({ id }) => id);
  }

  /** Ends every connection of this account whose token set is older than `before`, when its grant was revoked. */
  async endShared(
    tx: Transaction,
    { connector, accountId, before }: SharedGrant,
    end: GrantEnd,
  ): Promise<void> {
    const connectorIds = await this.sharing(connector);
    if (connectorIds.length === 0) return;
    await this.end(tx, await this.rows.holding(tx, connectorIds, accountId, before), end);
  }

  /** Ends one connection, if it still holds the token set of this version. */
  async endVersion(tx: Transaction, connection: Connection, version: number, end: GrantEnd): Promise<void> {
    await this.end(tx, await this.rows.holdingVersion(tx, connection.id, version), end);
  }

  /** Invalidates the access token of a connection whose grant is known to have ended. */
  async endRefused(
    tx: Transaction,
    { id, reason = 'revoked', failure }: Connection,
    at: Date,
  ): Promise<void> {
    await this.rows.end(tx, [id], { reason, failure: failure ?? reason, at });
  }

  private async end(
    tx: Transaction,
    held: readonly { id: string; userId: string; target: string }[],
    { reason, actor, at, detail, failure = reason }: GrantEnd,
  ): Promise<void> {
    if (held.length === 0) return;
    const ids = held.map(({ id }) => id);
    await this.rows.end(tx, ids, { reason, failure, at });
    await this.audit.recordIn(
      tx,
      ...held.map(({ id, userId, target }) => ({
        type: 'connection.expired' as const,
        outcome: 'failed' as const,
        actor,
        userId,
        connectionId: id,
        target,
        detail: { reason, ...detail },
      })),
    );
  }
}
