import { Injectable } from '@nestjs/common';
import { PrismaService, type OperatorRole, type Transaction } from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';

export interface Operator {
  readonly id: string;
  readonly email: string;
  readonly role: OperatorRole;
}

@Injectable()
export class OperatorsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {
    // Sessions of an earlier version end: their operators sign in again.
    hashes.register(async (tx) => void (await tx.operatorSession.deleteMany()));
  }

  count(): Promise<number> {
    return this.prisma.operator.count();
  }

  /** @returns false when another process has created an operator with this e-mail */
  create(
    operator: Operator & { passwordHash: string },
    record: (tx: Transaction) => Promise<unknown>,
  ): Promise<boolean> {
    return this.prisma.transactionIfNew(async (tx) => {
      await tx.operator.create({ data: operator });
      await record(tx);
    });
  }

  async findByEmail(email: string): Promise<(Operator & { passwordHash: string }) | undefined> {
    const row = await this.prisma.operator.findUnique({ where: { email, disabledAt: null } });
    return row ? { ...row, role: row.role as OperatorRole } : undefined;
  }

  async addSession({
    token,
    ...session
  }: {
    token: string;
    operatorId: string;
    expiresAt: Date;
  }): Promise<void> {
    const tokenHash = await this.hashOf(token);
    // The CSRF token follows from the session's, which only its own pages read.
    await this.prisma.operatorSession.create({ data: { ...session, tokenHash, csrfHash: tokenHash } });
  }

  async findSession(token: string, now: Date): Promise<Operator | undefined> {
    const row = await this.prisma.operatorSession.findUnique({
      where: { tokenHash: await this.hashOf(token), expiresAt: { gt: now }, operator: { disabledAt: null } },
      include: { operator: true },
    });
    if (!row) return undefined;
    const { id, email, role } = row.operator;
    return { id, email, role: role as OperatorRole };
  }

  async deleteSession(token: string): Promise<void> {
    await this.prisma.operatorSession.deleteMany({ where: { tokenHash: await this.hashOf(token) } });
  }

  private async hashOf(token: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('operator_session', token));
  }

  async deleteExpiredSessions(now: Date): Promise<void> {
    await this.prisma.operatorSession.deleteMany({ where: { expiresAt: { lt: now } } });
  }
}
