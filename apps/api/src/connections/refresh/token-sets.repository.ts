import { Injectable } from '@nestjs/common';
import { Audit, type NewAuditEvent } from '../../audit/index.js';
import { inMs, PrismaService, Sql, type Transaction } from '../../platform/index.js';
import type { HeldLease } from './refresh-lease.js';

/** The row that is written for a token set. */
export interface TokenSetRow {
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly tokenType: string;
  readonly refreshable: boolean;
  readonly obtainedAt: Date;
  readonly expiresAt: Date | null;
  /** When the worker refreshes it by itself. */
  readonly refreshAt: Date | null;
}

/** The stored token set as a process finds it that wants to refresh it. */
export interface LeaseAnswer {
  /** The version that is stored. */
  readonly version: number;
  readonly refreshable: boolean;
  /** The lease is ours. */
  readonly taken: boolean;
  /** An earlier refresh of this version was sent, and its response was lost. */
  readonly unanswered: boolean;
}

/** The part of a refresh that the connection shows. */
interface Refreshed {
  readonly scopes: readonly string[];
  readonly at: Date;
}

/** A refresh that failed temporarily; the worker does not retry before `retryAt`. */
export interface RefreshFailure {
  readonly code: string;
  readonly at: Date;
  readonly retryAt: Date;
}

/** Of its own: a refresh that waits for a consent to commit keeps no read of a token waiting. */
const LINE = 'token_sets';

const RECORDED = (from: string, event: string) => `
  INSERT INTO audit_inbox
  SELECT e.* FROM ${from} CROSS JOIN LATERAL json_populate_record(null::audit_inbox, ${event}::json) e`;

/** A refresh does not add a scope that the user did not grant, so a missing one stays the reason. */
const REPLACE = {
  name: 'token_sets_replace',
  line: LINE,
  text: `
    WITH replaced AS (
      UPDATE token_sets
      SET sealed = $4, token_type = $5, refreshable = $6, obtained_at = $7, expires_at = $8, refresh_at = $9,
        version = version + 1, lease_holder = NULL, lease_until = NULL, failures = 0, retry_at = NULL,
        unanswered_at = NULL
      WHERE connection_id = $1 AND version = $2
        AND (lease_holder IS NULL OR lease_holder = $3 OR lease_until < now())
      RETURNING connection_id),
    refreshed AS (
      UPDATE connections
      SET scopes = $10, last_refreshed_at = $11, reason = CASE WHEN reason = 'scope_missing' THEN reason END,
        failed_at = NULL, failure = NULL
      FROM replaced WHERE id = connection_id),
    recorded AS (${RECORDED('replaced', '$12')})
    SELECT FROM replaced`,
};

const COUNT_FAILURE = {
  name: 'token_sets_count_failure',
  line: LINE,
  text: `
    WITH counted AS (
      UPDATE token_sets SET failures = failures + 1, retry_at = $3 WHERE connection_id = $1 AND version = $2),
    failed AS (
      UPDATE connections
      SET reason = CASE WHEN reason = 'scope_missing' THEN reason ELSE 'refresh_failing' END,
        failed_at = $4, failure = $5
      WHERE id = $1)
    ${RECORDED('(SELECT) once', '$6')}`,
};

const FRESH = { leaseHolder: null, leaseUntil: null, failures: 0, retryAt: null, unansweredAt: null };

/** Sealed token sets, their versions and the lease of a refresh. */
@Injectable()
export class TokenSetsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly sql: Sql,
    private readonly audit: Audit,
  ) {}

  /** Writes a token set from a new consent: it supersedes the stored one, and any lease. */
  async put(tx: Transaction, connectionId: string, row: TokenSetRow): Promise<void> {
    await tx.tokenSet.upsert({
      where: { connectionId },
      create: { connectionId, ...row },
      update: { ...row, ...FRESH, version: { increment: 1 } },
    });
  }

  /**
   * Acquires the lease to refresh this version for `leaseMs`, by the database's clock, and notes that a response is
   * outstanding.
   * @returns the stored state; `undefined` when nothing is stored
   */
  async lease(
    connectionId: string,
    version: number,
    holder: string,
    leaseMs: number,
  ): Promise<LeaseAnswer | undefined> {
    const [answer] = await this.prisma.$queryRaw<LeaseAnswer[]>`
      WITH taken AS (
        UPDATE "token_sets"
        SET "lease_holder" = ${holder}, "lease_until" = ${inMs(leaseMs)},
          "unanswered_at" = coalesce("unanswered_at", now())
        WHERE "connection_id" = ${connectionId} AND "version" = ${version} AND "refreshable"
          AND ("lease_holder" IS NULL OR "lease_until" < now())
        RETURNING 1)
      SELECT "version", "refreshable", EXISTS (SELECT 1 FROM taken) AS "taken",
        "unanswered_at" IS NOT NULL AS "unanswered"
      FROM "token_sets" WHERE "connection_id" = ${connectionId}`;
    return answer;
  }

  /** Extends the lease by another `leaseMs`. */
  async extend(connectionId: string, holder: string, leaseMs: number): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE "token_sets" SET "lease_until" = ${inMs(leaseMs)}
      WHERE "connection_id" = ${connectionId} AND "lease_holder" = ${holder}`;
  }

  /** Releases the lease. `unanswered`: the provider may have processed a request whose response was lost. */
  async release(connectionId: string, holder: string, unanswered: boolean): Promise<void> {
    await this.prisma.tokenSet.updateMany({
      where: { connectionId, leaseHolder: holder },
      data: { leaseHolder: null, leaseUntil: null, ...(unanswered ? {} : { unansweredAt: null }) },
    });
  }

  /**
   * Replaces version `version` by compare-and-set, with the lease as fence, together with what the connection says of
   * it and the event. A holder whose lease has run out still writes, unless another process holds it now: a new token
   * set is not thrown away.
   * @returns false when nothing was changed
   */
  async replace(
    { connectionId, version, holder }: Omit<HeldLease, 'unanswered'>,
    row: TokenSetRow,
    { scopes, at }: Refreshed,
    event: NewAuditEvent,
  ): Promise<boolean> {
    const { sealed, tokenType, refreshable, obtainedAt, expiresAt, refreshAt } = row;
    const columns = [sealed, tokenType, refreshable, obtainedAt, expiresAt, refreshAt];
    const replaced = await this.audit.recordedBy([event], ([inboxRow]) =>
      this.sql.run(REPLACE, [
        connectionId,
        version,
        holder,
        ...columns,
        scopes,
        at,
        JSON.stringify(inboxRow),
      ]),
    );
    return replaced.length > 0;
  }

  /** Counts a refresh that failed temporarily, notes it at the connection and records the event. */
  async countFailure(
    { connectionId, version }: Pick<HeldLease, 'connectionId' | 'version'>,
    { code, at, retryAt }: RefreshFailure,
    event: NewAuditEvent,
  ): Promise<void> {
    await this.audit.recordedBy([event], ([inboxRow]) =>
      this.sql.run(COUNT_FAILURE, [connectionId, version, retryAt, at, code, JSON.stringify(inboxRow)]),
    );
  }

  /** The stored version; `undefined` when nothing is stored. */
  async version(connectionId: string): Promise<number | undefined> {
    const row = await this.prisma.tokenSet.findUnique({
      where: { connectionId },
      select: { version: true },
    });
    return row?.version;
  }

  /** The connections whose token sets the worker should refresh now, longest due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await this.prisma.tokenSet.findMany({
      where: {
        refreshable: true,
        refreshAt: { lte: now },
        OR: [{ retryAt: null }, { retryAt: { lte: now } }],
        connection: { connector: { disabledAt: null } },
      },
      orderBy: { refreshAt: 'asc' },
      take: limit,
      select: { connectionId: true },
    });
    return rows.map(({ connectionId }) => connectionId);
  }

  async delete(tx: Transaction, connectionId: string): Promise<void> {
    await tx.tokenSet.deleteMany({ where: { connectionId } });
  }
}
