import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';

/** A passkey as it is stored: what verifies, and nothing that signs. */
export interface StoredPasskey {
  readonly id: string;
  readonly operatorId: string;
  readonly credentialId: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: bigint;
  readonly transports: string[];
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** A use of a passkey that was verified. */
export interface PasskeyUse {
  readonly id: string;
  /** The number of signatures before this one, as it was when the signature was verified. */
  readonly counter: bigint;
  readonly newCounter: number;
  readonly at: Date;
}

/** Passkeys, and the challenges that they sign. */
@Injectable()
export class PasskeysRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  listPasskeys(operatorId: string): Promise<StoredPasskey[]> {
    return this.prisma.operatorPasskey.findMany({ where: { operatorId }, orderBy: { createdAt: 'asc' } });
  }

  async findByCredential(credentialId: string): Promise<StoredPasskey | undefined> {
    return (await this.prisma.operatorPasskey.findUnique({ where: { credentialId } })) ?? undefined;
  }

  /** @returns false when somebody has this passkey already */
  async add(tx: Transaction, passkey: Omit<StoredPasskey, 'lastUsedAt'>): Promise<boolean> {
    const { count } = await tx.operatorPasskey.createMany({ data: [passkey], skipDuplicates: true });
    return count > 0;
  }

  /** Records a use. @returns false when the passkey was removed, or another use was recorded meanwhile */
  async used({ id, counter, newCounter, at }: PasskeyUse, tx: Transaction = this.prisma): Promise<boolean> {
    const { count } = await tx.operatorPasskey.updateMany({
      where: { id, counter },
      data: { counter: newCounter, lastUsedAt: at },
    });
    return count > 0;
  }

  async rename(tx: Transaction, operatorId: string, id: string, name: string): Promise<boolean> {
    return (await tx.operatorPasskey.updateMany({ where: { id, operatorId }, data: { name } })).count > 0;
  }

  async delete(tx: Transaction, operatorId: string, id?: string): Promise<number> {
    const where = { operatorId, ...(id === undefined ? {} : { id }) };
    return (await tx.operatorPasskey.deleteMany({ where })).count;
  }

  async addChallenge(challenge: string, boundTo: string, { now, until }: { now: Date; until: Date }) {
    const hash = await this.hashOf(challenge);
    await this.prisma.operatorChallenge.deleteMany({ where: { expiresAt: { lt: now } } });
    await this.prisma.operatorChallenge.create({ data: { hash, boundTo, expiresAt: until } });
  }

  /** Uses a challenge up. @returns false when it is none for this, was answered, or is over */
  async takeChallenge(challenge: string, boundTo: string, now: Date): Promise<boolean> {
    const where = { hash: await this.hashOf(challenge), boundTo, expiresAt: { gt: now } };
    return (await this.prisma.operatorChallenge.deleteMany({ where })).count > 0;
  }

  private async hashOf(challenge: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('operator_challenge', challenge));
  }
}
