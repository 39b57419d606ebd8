import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../../audit/index.js';
import { ConnectorsService, endpointsOf, type Connector } from '../../connectors/index.js';
import type { Transaction } from '../../platform/index.js';
import type { Connection, ConnectionReason } from '../connection.js';
import { GrantTerminationsRepository } from './grant-terminations.repository.js';

/** Why a connection is over, and how we know. */
export interface GrantEnd {
  readonly reason: ConnectionReason;
  readonly actor: AuditActor;
  readonly at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The classified failure behind it, when the reason does not say it all. */
  readonly failure?: string | undefined;
}

/** What an account granted to an OAuth client, through whichever of its connectors. */
interface SharedGrant {
  readonly connector: Connector;
  readonly accountId: string;
  readonly before: Date;
}

/**
 * Tells connections that their grant is over: their tokens are not refreshed, and not handed out, any more. Some
 * providers end everything that an account granted to a client at once, whoever of our users holds it.
 */
@Injectable()
export class GrantTerminations {
  constructor(
    private readonly rows: GrantTerminationsRepository,
    private readonly connectors: ConnectorsService,
    private readonly audit: Audit,
  ) {}

  connector(id: string): Promise<Connector | undefined> {
    return this.connectors.find(id);
  }

  /** Connectors whose grants are one at the provider, this one included; none where each token set stands alone. */
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

  /** Lets the access token of a connection that is known to be over end as well. */
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
