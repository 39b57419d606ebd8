import { Injectable } from '@nestjs/common';
import { Audit, type InboxRow, type NewAuditEvent } from '../audit/index.js';
import { inMs, Prisma, PrismaService, Sql, type Transaction } from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';
import type { Authorization, AuthorizationStatus, SealedAuthorization } from './authorization.js';

export type NewAuthorization = Pick<
  Authorization,
  | 'id'
  | 'kind'
  | 'userId'
  | 'connectorId'
  | 'agentId'
  | 'status'
  | 'redirectUri'
  | 'returnUri'
  | 'requestedScopes'
  | 'reasons'
  | 'forConnectionId'
  | 'alias'
  | 'expiresAt'
> & { stateHash?: Uint8Array | undefined; sealed?: Uint8Array | undefined };

/** The members by which two requests for a link are the same. */
export type RequestedLink = Pick<
  Authorization,
  'userId' | 'connectorId' | 'agentId' | 'requestedScopes' | 'forConnectionId' | 'alias'
>;

interface Change {
  readonly status: AuthorizationStatus;
  readonly error?: string | null;
  readonly stateHash?: Uint8Array;
  readonly browserHash?: Uint8Array;
  readonly sealed?: Uint8Array | null;
  readonly connectionId?: string;
  readonly forConnectionId?: string;
  /** For how many milliseconds the process that works on it holds it; `null` ends the lease. */
  readonly holdMs?: number | null;
  readonly obtainedAt?: Date;
  readonly grantedScopes?: readonly string[];
  readonly finishedAt?: Date;
}

/** When it changes: its status is still one of `from`, and with `abandoned` its lease has ended. */
interface Condition {
  readonly id: string;
  readonly from: readonly AuthorizationStatus[];
  readonly abandoned?: true;
}

/** A member that the change does not have keeps its value: that is how a record is populated. */
const MOVE = {
  name: 'authorizations_move',
  line: 'authorizations',
  text: `
    WITH moved AS (
      UPDATE authorizations a
      SET (
        status, error, state_hash, browser_hash, sealed, connection_id, for_connection_id, obtained_at, granted_scopes,
        finished_at, held_until) = (
        SELECT
          w.status, w.error, w.state_hash, w.browser_hash, w.sealed, w.connection_id, w.for_connection_id,
          w.obtained_at, w.granted_scopes, w.finished_at,
          coalesce(now() + $5::int * interval '1 millisecond', w.held_until)
        FROM json_populate_record(a, $4::json) w)
      WHERE id = $1 AND status = ANY ($2::text[]) AND (NOT $3::boolean OR held_until < now())
      RETURNING id),
    recorded AS (
      INSERT INTO audit_inbox SELECT e.* FROM moved
      CROSS JOIN LATERAL json_populate_record(null::audit_inbox, $6::json) e WHERE $6::json IS NOT NULL)
    SELECT id FROM moved`,
};

@Injectable()
export class AuthorizationsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly sql: Sql,
    private readonly audit: Audit,
    private readonly hashes: CredentialHashes,
  ) {}

  /** The stored hash of a state. */
  stateHash(state: string): Promise<Buffer> {
    return this.hashes.of('authorization_state', state);
  }

  /** The stored hash of a browser's secret. */
  browserHash(secret: string): Promise<Buffer> {
    return this.hashes.of('authorization_browser', secret);
  }

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  async create(authorization: NewAuthorization): Promise<void> {
    const { stateHash, sealed, requestedScopes, reasons, ...rest } = authorization;
    await this.prisma.authorization.create({
      data: {
        ...rest,
        agentId: rest.agentId ?? null,
        returnUri: rest.returnUri ?? null,
        forConnectionId: rest.forConnectionId ?? null,
        alias: rest.alias ?? null,
        requestedScopes: [...requestedScopes],
        reasons: [...reasons],
        stateHash: bytes(stateHash) ?? null,
        sealed: bytes(sealed) ?? null,
      },
    });
  }

  async findAuthorization(id: string): Promise<Authorization | undefined> {
    const row = await this.prisma.authorization.findUnique({ where: { id } });
    return row ? toAuthorization(row) : undefined;
  }

  async findByState(state: string): Promise<Authorization | undefined> {
    const row = await this.prisma.authorization.findFirst({
      where: { kind: 'hosted', stateHash: Uint8Array.from(await this.stateHash(state)) },
    });
    return row ? toAuthorization(row) : undefined;
  }

  /** An open link for the same request, recent enough to be handed out again. */
  async findReusable(like: RequestedLink, after: Date): Promise<Authorization | undefined> {
    const row = await this.prisma.authorization.findFirst({
      where: {
        kind: 'hosted',
        status: 'created',
        userId: like.userId,
        connectorId: like.connectorId,
        agentId: like.agentId ?? null,
        returnUri: null,
        requestedScopes: { equals: [...like.requestedScopes] },
        forConnectionId: like.forConnectionId ?? null,
        alias: like.alias ?? null,
        expiresAt: { gt: after },
      },
      orderBy: { createdAt: 'desc' },
    });
    return row ? toAuthorization(row) : undefined;
  }

  /**
   * Changes the record if its status is still one of `from`, with the event in the same statement: of several callers at
   * most one succeeds.
   * @throws Error caused by 503 `audit_unavailable`, when there is an event
   */
  async move(condition: Condition, change: Change, event?: NewAuditEvent): Promise<boolean> {
    const moved = await this.audit.recordedBy([event], ([row]) =>
      this.sql.run(MOVE, moveValues(condition, change, row)),
    );
    return moved.length > 0;
  }

  /** As `move`, in a transaction. */
  async moveIn(tx: Transaction, condition: Condition, change: Change): Promise<boolean> {
    const moved = await tx.$queryRawUnsafe<unknown[]>(MOVE.text, ...moveValues(condition, change));
    return moved.length > 0;
  }

  /** Extends the lease of the process that works on the record. */
  async extend(id: string, holdMs: number): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE authorizations SET held_until = ${inMs(holdMs)}
      WHERE id = ${id} AND status IN ('exchanging', 'verified') AND held_until IS NOT NULL`;
  }

  /** Records whose work was begun and whose lease has ended, the longest ended first. */
  async findAbandoned(limit: number): Promise<Authorization[]> {
    // Records of a disabled connector wait until it is enabled, or they expire.
    const found = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT a.id FROM authorizations a JOIN connectors c ON c.id = a.connector_id
      WHERE a.status IN ('exchanging', 'verified') AND a.held_until < now() AND c.disabled_at IS NULL
      ORDER BY a.held_until LIMIT ${limit}`;
    const rows = await this.prisma.authorization.findMany({
      where: { id: { in: found.map(({ id }) => id) } },
      orderBy: { heldUntil: 'asc' },
    });
    return rows.map(toAuthorization);
  }

  /** Whether the connection got tokens by another and later consent than the one of `obtainedAt`. */
  async hasLaterConsent(tx: Transaction, connectionId: string, obtainedAt: Date): Promise<boolean> {
    const count = await tx.authorization.count({
      where: { connectionId, status: 'completed', obtainedAt: { gt: obtainedAt } },
    });
    return count > 0;
  }

  /** Records of a user with a grant that was never stored. */
  async heldGrants(tx: Transaction, userId: string): Promise<SealedAuthorization[]> {
    const rows = await tx.authorization.findMany({
      where: { userId, status: 'verified', sealed: { not: null } },
    });
    return rows.flatMap((row) => (row.sealed ? [{ ...toAuthorization(row), sealed: row.sealed }] : []));
  }

  /**
   * Users who are on their way to the connector's server start again; the code of an answer from there is not redeemed.
   */
  async voidStarted(tx: Transaction, connectorId: string): Promise<void> {
    const nothing = { sealed: null, stateHash: null, error: 'connector_moved' };
    const started = { connectorId, status: 'started' };
    await tx.authorization.updateMany({
      where: { ...started, kind: 'hosted' },
      data: { ...nothing, status: 'created' },
    });
    await tx.authorization.updateMany({ where: started, data: { ...nothing, status: 'failed' } });
  }

  /** Deletes expired records, sealed content included. */
  async deleteExpired(before: Date): Promise<void> {
    await this.prisma.authorization.deleteMany({ where: { expiresAt: { lt: before } } });
  }
}

function moveValues({ id, from, abandoned }: Condition, change: Change, event?: InboxRow): unknown[] {
  const { stateHash, browserHash, sealed, holdMs, ...rest } = change;
  const columns = {
    status: rest.status,
    error: rest.error,
    state_hash: hex(stateHash),
    browser_hash: hex(browserHash),
    sealed: hex(sealed),
    connection_id: rest.connectionId,
    for_connection_id: rest.forConnectionId,
    obtained_at: rest.obtainedAt,
    granted_scopes: rest.grantedScopes,
    finished_at: rest.finishedAt,
    held_until: holdMs === null ? null : undefined,
  };
  const appended = event && JSON.stringify(event);
  return [id, from, abandoned ?? false, JSON.stringify(columns), holdMs ?? null, appended ?? null];
}

/** Bytes as JSON that PostgreSQL reads. */
function hex<Missing>(value: Uint8Array | Missing): string | Missing {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : value;
}

function bytes(value: Uint8Array | undefined): Uint8Array<ArrayBuffer> | undefined {
  return value ? Uint8Array.from(value) : undefined;
}

function toAuthorization(row: Prisma.AuthorizationModel): Authorization {
  return {
    id: row.id,
    kind: row.kind as Authorization['kind'],
    userId: row.userId,
    connectorId: row.connectorId,
    agentId: row.agentId ?? undefined,
    status: row.status as AuthorizationStatus,
    error: row.error ?? undefined,
    stateHash: row.stateHash ?? undefined,
    browserHash: row.browserHash ?? undefined,
    redirectUri: row.redirectUri,
    returnUri: row.returnUri ?? undefined,
    requestedScopes: row.requestedScopes,
    reasons: row.reasons as string[],
    sealed: row.sealed ?? undefined,
    connectionId: row.connectionId ?? undefined,
    forConnectionId: row.forConnectionId ?? undefined,
    alias: row.alias ?? undefined,
    obtainedAt: row.obtainedAt ?? undefined,
    grantedScopes: row.grantedScopes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
  };
}
