import { Injectable } from '@nestjs/common';
import { PrismaService, type OperatorRole, type Transaction } from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';
import type { Operator, OperatorCredentialState } from './operators.repository.js';

/** A signed-in browser, as its operator sees it. */
export interface OperatorSession {
  readonly id: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date;
  readonly expiresAt: Date;
  readonly ip: string;
  readonly userAgent: string | null;
}

/** A session that is open, and its operator as they are now. */
export interface OpenSession {
  readonly id: string;
  readonly lastUsedAt: Date;
  /** When the person last proved who they are. */
  readonly provenAt: Date;
  /** Whether the issuer of single sign-on said at the sign-in that it had asked for a second factor. */
  readonly hasIssuerFactor: boolean;
  readonly operator: Operator;
}

/** Since when a session has to have been used, and the time now. */
export interface SessionTimes {
  readonly now: Date;
  readonly usedSince: Date;
}

const SEEN = {
  id: true,
  createdAt: true,
  lastUsedAt: true,
  expiresAt: true,
  ip: true,
  userAgent: true,
} as const;

@Injectable()
export class OperatorSessionsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {
    // Sessions of an earlier version end: their operators sign in again.
    hashes.register(async (tx) => void (await tx.operatorSession.deleteMany()));
  }

  /**
   * Opens a session for the operator whose credentials these still are: they may have been changed, or their operator
   * disabled, while one was verified.
   * @returns false when that was so
   */
  async add(
    { token, ...session }: OperatorSession & { token: string; hasIssuerFactor: boolean },
    { id, passwordHash, ssoIssuer, ssoSubject }: OperatorCredentialState & { readonly id: string },
    record: (tx: Transaction) => Promise<unknown>,
  ): Promise<boolean> {
    const tokenHash = await this.hashOf(token);
    return this.prisma.transaction(async (tx) => {
      // The update locks the row, so that a change of the password comes before or after, and then ends the session.
      const { count } = await tx.operator.updateMany({
        where: { id, passwordHash, ssoIssuer, ssoSubject, disabledAt: null },
        data: { lastSignInAt: session.createdAt },
      });
      if (count === 0) return false;
      await tx.operatorSession.create({
        data: { ...session, tokenHash, operatorId: id, provenAt: session.createdAt },
      });
      await record(tx);
      return true;
    });
  }

  async findSession(token: string, { now, usedSince }: SessionTimes): Promise<OpenSession | undefined> {
    const row = await this.prisma.operatorSession.findUnique({
      where: {
        tokenHash: await this.hashOf(token),
        expiresAt: { gt: now },
        lastUsedAt: { gt: usedSince },
        operator: { disabledAt: null },
      },
      include: { operator: true },
    });
    if (!row) return undefined;
    const { id, email, role } = row.operator;
    return {
      id: row.id,
      lastUsedAt: row.lastUsedAt,
      provenAt: row.provenAt,
      hasIssuerFactor: row.hasIssuerFactor,
      operator: { id, email, role: role as OperatorRole },
    };
  }

  /** Never moves the time back: requests of one browser overtake each other. */
  async used(id: string, at: Date): Promise<void> {
    await this.prisma.operatorSession.updateMany({
      where: { id, lastUsedAt: { lt: at } },
      data: { lastUsedAt: at },
    });
  }

  listOpen(operatorId: string, { now, usedSince }: SessionTimes): Promise<OperatorSession[]> {
    return this.prisma.operatorSession.findMany({
      where: { operatorId, expiresAt: { gt: now }, lastUsedAt: { gt: usedSince } },
      select: SEEN,
      orderBy: { lastUsedAt: 'desc' },
    });
  }

  async delete(tx: Transaction, operatorId: string, id: string): Promise<boolean> {
    const { count } = await tx.operatorSession.deleteMany({ where: { id, operatorId } });
    return count > 0;
  }

  /** The person in this session has proven who they are. @returns false when it has ended */
  async proven(
    tx: Transaction,
    { id, sessionId }: { readonly id: string; readonly sessionId: string },
    at: Date,
  ): Promise<boolean> {
    const { count } = await tx.operatorSession.updateMany({
      where: { id: sessionId, operatorId: id },
      data: { provenAt: at },
    });
    return count > 0;
  }

  /** Ends all sessions of an operator, but for one, and sign-ins that would become one. @returns how many sessions */
  async deleteAll(tx: Transaction, operatorId: string, except?: string): Promise<number> {
    await tx.operatorSignIn.deleteMany({ where: { operatorId } });
    const { count } = await tx.operatorSession.deleteMany({
      where: { operatorId, ...(except === undefined ? {} : { id: { not: except } }) },
    });
    return count;
  }

  async deleteByToken(token: string): Promise<void> {
    await this.prisma.operatorSession.deleteMany({ where: { tokenHash: await this.hashOf(token) } });
  }

  async deleteOver({ now, usedSince }: SessionTimes): Promise<void> {
    await this.prisma.operatorSession.deleteMany({
      where: { OR: [{ expiresAt: { lt: now } }, { lastUsedAt: { lt: usedSince } }] },
    });
  }

  private async hashOf(token: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('operator_session', token));
  }
}
