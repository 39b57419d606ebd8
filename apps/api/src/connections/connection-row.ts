import type { ConnectionReason, SealedConnection } from './connection.js';

/** The columns of a connection, with those of its token set and connector, that a {@link SealedConnection} is made of. */
export interface ConnectionRow {
  readonly id: string;
  readonly userId: string;
  readonly connectorId: string;
  readonly accountId: string;
  readonly accountName: string | null;
  readonly accountEmail: string | null;
  readonly alias: string | null;
  readonly scopes: string[];
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly lastRefreshedAt: Date | null;
  readonly checkedAt: Date | null;
  readonly failedAt: Date | null;
  readonly failure: string | null;
  readonly connector: {
    readonly target: string;
    readonly displayName: string;
    readonly disabledAt: Date | null;
  };
  readonly tokenSet: {
    readonly sealed: Uint8Array;
    readonly version: number;
    readonly refreshable: boolean;
    readonly obtainedAt: Date;
    readonly expiresAt: Date | null;
    readonly refreshAt: Date | null;
    readonly failures: number;
    readonly retryAt: Date | null;
  } | null;
}

/** The connection as the rest of the room knows it, with its sealed token set. */
export function toConnection(row: ConnectionRow): SealedConnection {
  const { tokenSet, connector } = row;
  return {
    id: row.id,
    userId: row.userId,
    connectorId: row.connectorId,
    target: connector.target,
    connectorName: connector.displayName,
    isConnectorDisabled: connector.disabledAt !== null,
    account: { id: row.accountId, name: row.accountName ?? undefined, email: row.accountEmail ?? undefined },
    alias: row.alias ?? undefined,
    scopes: row.scopes,
    reason: (row.reason as ConnectionReason | null) ?? undefined,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt ?? undefined,
    lastRefreshedAt: row.lastRefreshedAt ?? undefined,
    checkedAt: row.checkedAt ?? undefined,
    failedAt: row.failedAt ?? undefined,
    failure: row.failure ?? undefined,
    tokens: tokenSet
      ? {
          version: tokenSet.version,
          refreshable: tokenSet.refreshable,
          obtainedAt: tokenSet.obtainedAt,
          expiresAt: tokenSet.expiresAt ?? undefined,
          refreshAt: tokenSet.refreshAt ?? undefined,
          failures: tokenSet.failures,
          retryAt: tokenSet.retryAt ?? undefined,
        }
      : undefined,
    sealed: tokenSet?.sealed,
  };
}
