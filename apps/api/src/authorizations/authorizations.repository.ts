import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../platform/index.js';
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
  readonly heldUntil?: Date | null;
  readonly obtainedAt?: Date;
  readonly grantedScopes?: readonly string[];
  readonly finishedAt?: Date;
}

@Injectable()
export class AuthorizationsRepository {
  constructor(
    private readonly prisma: PrismaService,
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
   * Changes the record if its status is still one of `from`: of several callers at most one succeeds. `leaseEndedBy`:
   * only if its lease has ended by that time.
   */
  async move(
    { id, leaseEndedBy }: { readonly id: string; readonly leaseEndedBy?: Date },
    from: readonly AuthorizationStatus[],
    change: Change,
    tx?: Transaction,
  ): Promise<boolean> {
    const { stateHash, browserHash, sealed, grantedScopes, ...rest } = change;
    const { count } = await (tx ?? this.prisma).authorization.updateMany({
      where: { id, status: { in: [...from] }, ...(leaseEndedBy ? { heldUntil: { lt: leaseEndedBy } } : {}) },
      data: {
        ...rest,
        ...(stateHash ? { stateHash: Uint8Array.from(stateHash) } : {}),
        ...(browserHash ? { browserHash: Uint8Array.from(browserHash) } : {}),
        ...(grantedScopes ? { grantedScopes: [...grantedScopes] } : {}),
        ...(sealed === undefined ? {} : { sealed: sealed === null ? null : Uint8Array.from(sealed) }),
      },
    });
    return count > 0;
  }

  /** Extends the lease of the process that works on the record. */
  async hold(id: string, until: Date): Promise<void> {
    await this.prisma.authorization.updateMany({
      where: { id, status: { in: ['exchanging', 'verified'] }, heldUntil: { not: null } },
      data: { heldUntil: until },
    });
  }

  /** Records whose work was begun and whose lease has ended. */
  async findAbandoned(now: Date, limit: number): Promise<Authorization[]> {
    const rows = await this.prisma.authorization.findMany({
      where: {
        status: { in: ['exchanging', 'verified'] },
        heldUntil: { lt: now },
        // Records of a disabled connector wait until it is enabled, or they expire.
        connector: { disabledAt: null },
      },
      orderBy: { heldUntil: 'asc' },
      take: limit,
    });
    return rows.map(toAuthorization);
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
    heldUntil: row.heldUntil ?? undefined,
    obtainedAt: row.obtainedAt ?? undefined,
    grantedScopes: row.grantedScopes,
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
  };
}
