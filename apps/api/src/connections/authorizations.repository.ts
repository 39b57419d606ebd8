import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../platform/index.js';
import type { Authorization, AuthorizationStatus } from './authorization.js';

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
  | 'expiresAt'
> & { stateHash?: Uint8Array | undefined; sealed?: Uint8Array | undefined };

interface Change {
  readonly status: AuthorizationStatus;
  readonly error?: string;
  readonly stateHash?: Uint8Array;
  readonly browserHash?: Uint8Array;
  readonly sealed?: Uint8Array | null;
  readonly connectionId?: string;
  readonly finishedAt?: Date;
}

@Injectable()
export class AuthorizationsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async create(authorization: NewAuthorization): Promise<void> {
    const { stateHash, sealed, requestedScopes, reasons, ...rest } = authorization;
    await this.prisma.authorization.create({
      data: {
        ...rest,
        agentId: rest.agentId ?? null,
        returnUri: rest.returnUri ?? null,
        requestedScopes: [...requestedScopes],
        reasons: [...reasons],
        stateHash: bytes(stateHash) ?? null,
        sealed: bytes(sealed) ?? null,
      },
    });
  }

  async find(id: string): Promise<Authorization | undefined> {
    const row = await this.prisma.authorization.findUnique({ where: { id } });
    return row ? toAuthorization(row) : undefined;
  }

  async findByState(stateHash: Uint8Array): Promise<Authorization | undefined> {
    const row = await this.prisma.authorization.findFirst({
      where: { kind: 'hosted', stateHash: Uint8Array.from(stateHash) },
    });
    return row ? toAuthorization(row) : undefined;
  }

  /** An open link for the same wish, made lately enough to be given out again. */
  async findReusable(
    like: {
      userId: string;
      connectorId: string;
      agentId: string | undefined;
      requestedScopes: readonly string[];
    },
    after: Date,
  ): Promise<Authorization | undefined> {
    const row = await this.prisma.authorization.findFirst({
      where: {
        kind: 'hosted',
        status: 'created',
        userId: like.userId,
        connectorId: like.connectorId,
        agentId: like.agentId ?? null,
        returnUri: null,
        requestedScopes: { equals: [...like.requestedScopes] },
        expiresAt: { gt: after },
      },
      orderBy: { createdAt: 'desc' },
    });
    return row ? toAuthorization(row) : undefined;
  }

  /** Changes the record if its status is still one of `from`: of several callers at most one succeeds. */
  async move(
    id: string,
    from: readonly AuthorizationStatus[],
    change: Change,
    tx?: Transaction,
  ): Promise<boolean> {
    const { stateHash, browserHash, sealed, ...rest } = change;
    const { count } = await (tx ?? this.prisma).authorization.updateMany({
      where: { id, status: { in: [...from] } },
      data: {
        ...rest,
        ...(stateHash ? { stateHash: Uint8Array.from(stateHash) } : {}),
        ...(browserHash ? { browserHash: Uint8Array.from(browserHash) } : {}),
        ...(sealed === undefined ? {} : { sealed: sealed === null ? null : Uint8Array.from(sealed) }),
      },
    });
    return count > 0;
  }

  /** Drops what nobody can finish any more, sealed leftovers included. */
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
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
  };
}
