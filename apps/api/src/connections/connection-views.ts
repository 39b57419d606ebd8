import { Injectable } from '@nestjs/common';
import { Clock } from '../platform/index.js';
import { tokenStatus, type SealedConnection } from './connection.js';
import { viewConnection, type ConnectionView } from './connection.view.js';
import { ConnectionsRepository } from './connections.repository.js';
import { GrantTerminations } from './grants/grant-terminations.js';
import { ConnectionRevocations } from './connection-revocations.js';

/** Connections as the APIs show them, with what became of their revocation and whom their end would take along. */
@Injectable()
export class ConnectionViews {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly revocations: ConnectionRevocations,
    private readonly grants: GrantTerminations,
    private readonly clock: Clock,
  ) {}

  async one(connection: SealedConnection): Promise<ConnectionView> {
    const [view] = await this.all([connection]);
    return view as ConnectionView;
  }

  async all(connections: readonly SealedConnection[]): Promise<ConnectionView[]> {
    const gone = connections.filter(({ tokens }) => !tokens);
    const [revocations, sharing, byHand] = await Promise.all([
      this.revocations.getRevoker().newestOf(gone.map(({ id }) => id)),
      this.sharing(connections),
      this.byHand(gone),
    ]);
    const now = this.clock.now();
    return connections.map((connection) =>
      viewConnection(connection, {
        status: tokenStatus(connection, now),
        sharesGrantWith: sharing(connection),
        revocation: revocations.get(connection.id),
        byHand: byHand.get(connection.connectorId),
      }),
    );
  }

  /** By connector, how its users end a grant at the provider. */
  private async byHand(gone: readonly SealedConnection[]): Promise<ReadonlyMap<string, string | undefined>> {
    const ids = [...new Set(gone.map(({ connectorId }) => connectorId))];
    const connectors = await Promise.all(ids.map((id) => this.grants.connector(id)));
    return new Map(ids.map((id, index) => [id, connectors[index]?.preset.revocation.byHand]));
  }

  /** The same user's connections whose grant at the provider is one with that of a connection. */
  private async sharing(
    connections: readonly SealedConnection[],
  ): Promise<(connection: SealedConnection) => string[]> {
    const holding = connections.filter(({ tokens }) => tokens);
    const groups = new Map<string, readonly string[]>();
    for (const { connectorId } of holding) {
      if (groups.has(connectorId)) continue;
      const connector = await this.grants.connector(connectorId);
      groups.set(connectorId, connector ? await this.grants.sharing(connector) : []);
    }
    const shared = holding.filter(({ connectorId }) => (groups.get(connectorId)?.length ?? 0) > 1);
    if (shared.length === 0) return () => [];
    const candidates = await this.connections.holdingTokens(
      shared.map(({ userId }) => userId),
      shared.flatMap(({ connectorId }) => groups.get(connectorId) ?? []),
      shared.map(({ account }) => account.id),
    );
    return ({ id, userId, connectorId, account, tokens }) =>
      tokens
        ? candidates
            .filter(
              (other) =>
                other.id !== id &&
                other.userId === userId &&
                other.account.id === account.id &&
                groups.get(connectorId)?.includes(other.connectorId),
            )
            .map((other) => other.id)
        : [];
  }
}
