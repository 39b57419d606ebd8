import { Injectable } from '@nestjs/common';
import { Preconditions } from '../audit/index.js';
import { Grouped, Sql } from '../platform/index.js';
import type { SealedConnection } from './connection.js';
import { toConnection, type ConnectionRow } from './connection-row.js';
import { RememberedConnections } from './remembered-connections.js';

/** A user and connectors whose connections are looked up. */
interface OfUser {
  readonly userId: string;
  readonly connectorIds: readonly string[];
}

type TokenSetRow = NonNullable<ConnectionRow['tokenSet']>;
type ConnectorRow = ConnectionRow['connector'];
type FlatRow = Omit<ConnectionRow, 'tokenSet' | 'connector'> &
  ConnectorRow & { [Name in keyof TokenSetRow]: TokenSetRow[Name] | null } & {
    readonly standing: string | null;
  };

/** Round trips under way at one time, for each kind of lookup. */
const AT_ONCE = 2;

/** The most connections of one user at one connector that are read. */
const MOST_OF_USER = 50;

/**
 * Another text once the choice among a user's connections at a connector, or what is read of one, would be another: a
 * connection that comes or goes, its reason and scopes, and any write to its token set. NULL: too many to tell by.
 */
function standing(userId: string, connectorId: string): string {
  return `
    SELECT CASE WHEN count(*) <= ${MOST_OF_USER} THEN
      encode(sha256(convert_to(string_agg(concat_ws(' ', o.id, o.reason, o.scopes, t.xmin), ' ' ORDER BY o.id), 'UTF8')), 'hex')
    END
    FROM (
      SELECT id, reason, scopes FROM connections
      WHERE user_id = ${userId} AND connector_id = ${connectorId} LIMIT ${MOST_OF_USER + 1}) o
    LEFT JOIN token_sets t ON t.connection_id = o.id`;
}

const COLUMNS = `
  c.id, c.user_id AS "userId", c.connector_id AS "connectorId", c.account_id AS "accountId",
  c.account_name AS "accountName", c.account_email AS "accountEmail", c.alias, c.scopes, c.reason,
  c.created_at AS "createdAt", c.last_used_at AS "lastUsedAt", c.last_refreshed_at AS "lastRefreshedAt",
  c.checked_at AS "checkedAt", c.failed_at AS "failedAt", c.failure, k.target, k.display_name AS "displayName",
  k.disabled_at AS "disabledAt",
  s.sealed, s.version, s.refreshable, s.obtained_at AS "obtainedAt", s.expires_at AS "expiresAt",
  s.refresh_at AS "refreshAt", s.failures, s.retry_at AS "retryAt",
  (${standing('c.user_id', 'c.connector_id')}) AS standing`;

const JOINED = 'JOIN connectors k ON k.id = c.connector_id LEFT JOIN token_sets s ON s.connection_id = c.id';

const BY_ID = {
  name: 'connections_by_id',
  line: 'connections',
  text: `SELECT ${COLUMNS} FROM connections c ${JOINED} WHERE c.id = ANY($1::text[])`,
};

const OF_USERS = {
  name: 'connections_of_users',
  line: 'connections',
  text: `
    SELECT ${COLUMNS}
    FROM unnest($1::text[], $2::text[]) AS wanted (user_id, connector_id)
    CROSS JOIN LATERAL (
      SELECT * FROM connections o WHERE o.user_id = wanted.user_id AND o.connector_id = wanted.connector_id
      ORDER BY o.id DESC LIMIT ${MOST_OF_USER}) c
    ${JOINED}`,
};

/** Finds the connections of requests, batched: simultaneous lookups share one statement. */
@Injectable()
export class ConnectionLookupsRepository {
  private readonly byId: Grouped<string, SealedConnection | undefined>;
  private readonly byUser: Grouped<OfUser, SealedConnection[]>;

  constructor(
    private readonly sql: Sql,
    private readonly remembered: RememberedConnections,
    preconditions: Preconditions,
  ) {
    preconditions.register(standing);
    this.byId = new Grouped((ids) => this.findAll(ids), AT_ONCE);
    this.byUser = new Grouped((asks) => this.findOfAll(asks), AT_ONCE);
  }

  async find(id: string): Promise<SealedConnection | undefined> {
    const connection = await this.byId.ask(id);
    this.remembered.learn(id, connection);
    return connection;
  }

  /** The user's connections at these connectors, newest first. */
  async ofUser(userId: string, connectorIds: readonly string[]): Promise<SealedConnection[]> {
    const connections = await this.byUser.ask({ userId, connectorIds });
    for (const id of connectorIds) {
      const there = connections.filter(({ connectorId }) => connectorId === id);
      this.remembered.learnAll(userId, id, there);
    }
    return connections;
  }

  private async findAll(ids: readonly string[]): Promise<(SealedConnection | undefined)[]> {
    const rows = await this.sql.run<FlatRow>(BY_ID, [[...new Set(ids)]]);
    const found = new Map(rows.map((row) => [row.id, fromFlat(row)]));
    return ids.map((id) => found.get(id));
  }

  private async findOfAll(asks: readonly OfUser[]): Promise<SealedConnection[][]> {
    const wanted = new Map<string, readonly [userId: string, connectorId: string]>();
    for (const { userId, connectorIds } of asks) {
      for (const connectorId of connectorIds) wanted.set(`${connectorId} ${userId}`, [userId, connectorId]);
    }
    const pairs = [...wanted.values()];
    const rows = await this.sql.run<FlatRow>(OF_USERS, [
      pairs.map(([userId]) => userId),
      pairs.map(([, connectorId]) => connectorId),
    ]);
    const found = Map.groupBy(rows.map(fromFlat), ({ userId, connectorId }) => `${connectorId} ${userId}`);
    return asks.map(({ userId, connectorIds }) =>
      [...new Set(connectorIds)]
        .flatMap((connectorId) => found.get(`${connectorId} ${userId}`) ?? [])
        .sort((a, b) => (a.id < b.id ? 1 : -1)),
    );
  }
}

function fromFlat(row: FlatRow): SealedConnection {
  const tokenSet = row.sealed === null ? null : (row as unknown as TokenSetRow);
  return { ...toConnection({ ...row, tokenSet, connector: row }), standing: row.standing ?? undefined };
}
