import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';
import { plainRecoveryCode } from './recovery-codes.js';

/** An authenticator app; `confirmedAt` is null until it counts. */
export interface StoredTotp {
  readonly id: string;
  readonly operatorId: string;
  readonly sealed: Uint8Array<ArrayBuffer>;
  readonly createdAt: Date;
  readonly confirmedAt: Date | null;
}

/** Second factors as they are stored: secrets sealed, recovery codes as keyed hashes. */
@Injectable()
export class FactorsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  async findTotp(operatorId: string): Promise<StoredTotp | undefined> {
    return (await this.prisma.operatorTotp.findUnique({ where: { operatorId } })) ?? undefined;
  }

  /** Stores an app that is not confirmed, in place of one that was not either. @returns false where one counts */
  async putTotp(tx: Transaction, totp: Omit<StoredTotp, 'confirmedAt'>): Promise<boolean> {
    const { operatorId, ...data } = totp;
    const { count } = await tx.operatorTotp.updateMany({ where: { operatorId, confirmedAt: null }, data });
    if (count > 0) return true;
    const made = await tx.operatorTotp.createMany({ data: [totp], skipDuplicates: true });
    return made.count > 0;
  }

  /** The app counts from now on. @returns false when it does already, or was replaced */
  async confirmTotp(tx: Transaction, id: string, step: number, at: Date): Promise<boolean> {
    const data = { confirmedAt: at, lastStep: step };
    return (await tx.operatorTotp.updateMany({ where: { id, confirmedAt: null }, data })).count > 0;
  }

  /** Takes the code of a time step. @returns false when it, or a later one, was taken before */
  async takeStep(id: string, step: number): Promise<boolean> {
    const where = { id, confirmedAt: { not: null }, lastStep: { lt: step } };
    return (await this.prisma.operatorTotp.updateMany({ where, data: { lastStep: step } })).count > 0;
  }

  async deleteTotp(tx: Transaction, operatorId: string): Promise<boolean> {
    const where = { operatorId, confirmedAt: { not: null } };
    return (await tx.operatorTotp.deleteMany({ where })).count > 0;
  }

  /** Replaces the set that was there. */
  async putRecoveryCodes(tx: Transaction, operatorId: string, codes: readonly string[]): Promise<void> {
    const hashes = await Promise.all(codes.map((code) => this.hashOf(operatorId, code)));
    await this.deleteRecoveryCodes(tx, operatorId);
    await tx.operatorRecoveryCode.createMany({ data: hashes.map((hash) => ({ hash, operatorId })) });
  }

  /** Uses a code up. @returns false when it is none of this operator's, or was used */
  async takeRecoveryCode(operatorId: string, code: string): Promise<boolean> {
    const hash = await this.hashOf(operatorId, code);
    return (await this.prisma.operatorRecoveryCode.deleteMany({ where: { hash, operatorId } })).count > 0;
  }

  countRecoveryCodes(operatorId: string, tx: Transaction = this.prisma): Promise<number> {
    return tx.operatorRecoveryCode.count({ where: { operatorId } });
  }

  async deleteRecoveryCodes(tx: Transaction, operatorId: string): Promise<void> {
    await tx.operatorRecoveryCode.deleteMany({ where: { operatorId } });
  }

  /** Whether a second factor counts for this operator. */
  async hasFactor(operatorId: string, tx: Transaction = this.prisma): Promise<boolean> {
    const apps = await tx.operatorTotp.count({ where: { operatorId, confirmedAt: { not: null } } });
    return apps > 0 || (await tx.operatorPasskey.count({ where: { operatorId } })) > 0;
  }

  private async hashOf(operatorId: string, code: string): Promise<Uint8Array<ArrayBuffer>> {
    const text = `${operatorId} ${plainRecoveryCode(code)}`;
    return Uint8Array.from(await this.hashes.of('operator_recovery_code', text));
  }
}
