import { Injectable } from '@nestjs/common';
import { isUniqueViolation, PrismaService, type OperatorRole, type Transaction } from '../platform/index.js';

export interface Operator {
  readonly id: string;
  readonly email: string;
  readonly role: OperatorRole;
}

@Injectable()
export class OperatorsRepository {
  constructor(private readonly prisma: PrismaService) {}

  count(): Promise<number> {
    return this.prisma.operator.count();
  }

  /** @returns false when another process was faster with this e-mail */
  async create(
    operator: Operator & { passwordHash: string },
    record: (tx: Transaction) => Promise<unknown>,
  ): Promise<boolean> {
    try {
      await this.prisma.transaction(async (tx) => {
        await tx.operator.create({ data: operator });
        await record(tx);
      });
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async findByEmail(email: string): Promise<(Operator & { passwordHash: string }) | undefined> {
    const row = await this.prisma.operator.findUnique({ where: { email, disabledAt: null } });
    return row ? { ...row, role: row.role as OperatorRole } : undefined;
  }

  async addSession(session: {
    tokenHash: Uint8Array;
    csrfHash: Uint8Array;
    operatorId: string;
    expiresAt: Date;
  }): Promise<void> {
    await this.prisma.operatorSession.create({
      data: {
        ...session,
        tokenHash: Uint8Array.from(session.tokenHash),
        csrfHash: Uint8Array.from(session.csrfHash),
      },
    });
  }

  async findSession(
    tokenHash: Uint8Array,
    now: Date,
  ): Promise<{ operator: Operator; csrfHash: Uint8Array } | undefined> {
    const row = await this.prisma.operatorSession.findUnique({
      where: {
        tokenHash: Uint8Array.from(tokenHash),
        expiresAt: { gt: now },
        operator: { disabledAt: null },
      },
      include: { operator: true },
    });
    if (!row) return undefined;
    const { id, email, role } = row.operator;
    return { operator: { id, email, role: role as OperatorRole }, csrfHash: row.csrfHash };
  }

  async deleteSession(tokenHash: Uint8Array): Promise<void> {
    await this.prisma.operatorSession.deleteMany({ where: { tokenHash: Uint8Array.from(tokenHash) } });
  }

  async deleteExpiredSessions(now: Date): Promise<void> {
    await this.prisma.operatorSession.deleteMany({ where: { expiresAt: { lt: now } } });
  }
}
