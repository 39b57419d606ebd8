import { Injectable } from '@nestjs/common';
import { inboxRow, type NewAuditEvent } from '../audit/index.js';
import { Clock, Grouped, Sql } from '../platform/index.js';
import { audienceInSql } from '../vault/index.js';
import { MARGIN_MS, type SealedConnection } from './connection.js';
import { toConnection, type ConnectionRow } from './connection-row.js';
import { TokenVault } from './token-vault.js';

/** The connections that a request may mean: the one that it names, or all of a user at some connectors. */
export interface WantedConnection {
  readonly connectionId?: string | undefined;
  /** Connections of other users are not found. */
  readonly userId?: string | undefined;
  readonly connectorIds?: readonly string[] | undefined;
}

/** A use of a connection, recorded in the statement that looks it up. */
export interface ConnectionUse extends WantedConnection {
  /** Without what the connection's row says: user, connection, target, scopes. */
  readonly event: NewAuditEvent;
  /** Whether its token is handed out: such a use is recorded only when it can be used as it is. */
  readonly givesToken?: true;
  /** Of each list the connection has a scope. */
  readonly scopes?: readonly (readonly string[])[] | undefined;
}

/** A connection as it was when its use was recorded. */
export interface UsedConnection {
  readonly connection: SealedConnection;
  readonly eventId: string;
}

/** The connections that were found and, if the use of one was recorded, that one. */
export interface FoundConnections {
  readonly found: readonly SealedConnection[];
  readonly used?: UsedConnection | undefined;
}

/** A use that was judged by a version of the connection's token set is recorded with that version only. */
type Ask = ConnectionUse & { readonly version: number | undefined };

type TokenSetRow = NonNullable<ConnectionRow['tokenSet']>;
type FlatRow = Omit<ConnectionRow, 'tokenSet' | 'connector'> &
  ConnectionRow['connector'] & { [Name in keyof TokenSetRow]: TokenSetRow[Name] | null } & {
    readonly n: number;
    readonly isUsed: boolean;
  };

/** Round trips under way at one time, for each kind of statement. */
const AT_ONCE = 2;

/** The most connections of one user at one connector that are read. */
const MOST_OF_USER = 50;

const ASKED = `
  SELECT * FROM json_to_recordset($1::json) AS a (
    n int, connection_id text, user_id text, connector_ids text[],
    event json, fresh_until timestamptz, needs json, version int)`;

/** LIMIT: a subquery without one would be joined by a scan of the table where many rows are expected. */
const FOUND = `
  FROM asked a
  CROSS JOIN LATERAL (
    SELECT * FROM connections WHERE id = a.connection_id AND (a.user_id IS NULL OR user_id = a.user_id)
    UNION ALL
    SELECT o.* FROM unnest(a.connector_ids) AS w (id) CROSS JOIN LATERAL (
      SELECT * FROM connections WHERE user_id = a.user_id AND connector_id = w.id
      ORDER BY id DESC LIMIT ${MOST_OF_USER}) o
    WHERE a.connection_id IS NULL) c
  JOIN connectors k ON k.id = c.connector_id
  LEFT JOIN LATERAL (SELECT * FROM token_sets WHERE connection_id = c.id LIMIT 1) s ON true`;

const COLUMNS = `
  a.n, c.id, c.user_id AS "userId", c.connector_id AS "connectorId", c.account_id AS "accountId",
  c.account_name AS "accountName", c.account_email AS "accountEmail", c.alias, c.scopes, c.reason,
  c.created_at AS "createdAt", c.last_used_at AS "lastUsedAt", c.last_refreshed_at AS "lastRefreshedAt",
  c.checked_at AS "checkedAt", c.failed_at AS "failedAt", c.failure, k.target, k.display_name AS "displayName",
  k.disabled_at AS "disabledAt",
  s.sealed, s.version, s.refreshable, s.obtained_at AS "obtainedAt", s.expires_at AS "expiresAt",
  s.refresh_at AS "refreshAt", s.failures, s.retry_at AS "retryAt"`;

/**
 * Whether the use is recorded at once: where there is no choice and no doubt. Everything else is judged in code, which
 * asks again with the version that it judged.
 */
const IS_USED = `
  CASE
    WHEN s.version IS NULL OR k.disabled_at IS NOT NULL THEN false
    WHEN a.version IS NOT NULL THEN s.version = a.version
    ELSE count(s.version) OVER (PARTITION BY a.n) = 1
      AND (a.connector_ids IS NULL OR c.connector_id = ANY (a.connector_ids))
      AND NOT EXISTS (
        SELECT FROM json_array_elements(a.needs) AS need
        WHERE NOT c.scopes && ARRAY(SELECT json_array_elements_text(need)))
      AND (a.fresh_until IS NULL
        OR coalesce(s.expires_at > a.fresh_until, true)
          AND coalesce(${audienceInSql('s.sealed')} = $2::json ->> c.connector_id, true))
  END`;

const FIND = {
  name: 'connections_found',
  line: 'connections',
  text: `WITH asked AS (${ASKED}) SELECT ${COLUMNS} ${FOUND}`,
};

const USE = {
  name: 'connections_used',
  line: 'connections',
  text: `
    WITH asked AS (${ASKED}),
    found AS MATERIALIZED (SELECT ${COLUMNS}, ${IS_USED} AS "isUsed" ${FOUND}),
    recorded AS (
      INSERT INTO audit_inbox SELECT w.* FROM found f JOIN asked a USING (n)
      CROSS JOIN LATERAL json_populate_record(
        json_populate_record(null::audit_inbox, a.event),
        json_build_object(
          'user_id', f."userId", 'connection_id', f.id, 'target', f.target,
          'scopes', nullif(array_to_string(f.scopes, ' '), ''))) AS w
      WHERE f."isUsed")
    SELECT * FROM found`,
};

/** Finds the connections of requests, and records their use in the same statement; simultaneous requests share one. */
@Injectable()
export class ConnectionLookupsRepository {
  private readonly finds: Grouped<WantedConnection, FoundConnections>;
  private readonly uses: Grouped<Ask, FoundConnections>;

  constructor(
    private readonly sql: Sql,
    private readonly vault: TokenVault,
    private readonly clock: Clock,
  ) {
    this.finds = new Grouped((asks) => this.findAll(asks), AT_ONCE);
    this.uses = new Grouped((asks) => this.useAll(asks), AT_ONCE);
  }

  /** Newest first. */
  async findConnections(wanted: WantedConnection): Promise<readonly SealedConnection[]> {
    return (await this.finds.ask(wanted)).found;
  }

  /**
   * Finds connections, and commits the event of the use if it is plain which one is used, and that it can be.
   * @param version of the token set by which the use was judged: then it is recorded if that is still stored
   */
  use(use: ConnectionUse, version?: number): Promise<FoundConnections> {
    return this.uses.ask({ ...use, version });
  }

  private async findAll(asks: readonly WantedConnection[]): Promise<FoundConnections[]> {
    return foundOf(asks, await this.sql.run<FlatRow>(FIND, [JSON.stringify(asks.map(wantedRow))]));
  }

  private async useAll(asks: readonly Ask[]): Promise<FoundConnections[]> {
    const at = this.clock.date();
    const freshUntil = new Date(at.getTime() + MARGIN_MS);
    const events = asks.map(({ event }) => inboxRow(event, at));
    const rows = asks.map((ask, n) => ({
      ...wantedRow(ask, n),
      event: events[n],
      fresh_until: ask.givesToken ? freshUntil : undefined,
      needs: ask.scopes,
      version: ask.version,
    }));
    const audiences = JSON.stringify(await this.vault.audiences());
    const answers = await this.sql.run<FlatRow>(USE, [JSON.stringify(rows), audiences]);
    return foundOf(asks, answers, events);
  }
}

/** Half a surrogate pair is no JSON; a NUL is refused by the database. */
function wantedRow({ connectionId, userId, connectorIds }: WantedConnection, n: number) {
  return {
    n,
    connection_id: connectionId?.toWellFormed(),
    user_id: userId?.toWellFormed(),
    connector_ids: connectorIds,
  };
}

function foundOf(
  asks: readonly unknown[],
  rows: readonly FlatRow[],
  events: readonly { readonly id: string }[] = [],
): FoundConnections[] {
  const byAsk = Map.groupBy(rows, ({ n }) => n);
  return asks.map((_, n) => {
    const own = byAsk.get(n) ?? [];
    const found = own.map(fromFlat).sort((a, b) => (a.id < b.id ? 1 : -1));
    const used = own.find(({ isUsed }) => isUsed);
    const connection = used && found.find(({ id }) => id === used.id);
    const eventId = events[n]?.id;
    return { found, used: connection && eventId !== undefined ? { connection, eventId } : undefined };
  });
}

function fromFlat(row: FlatRow): SealedConnection {
  const tokenSet = row.sealed === null ? null : (row as unknown as TokenSetRow);
  return toConnection({ ...row, tokenSet, connector: row });
}
