import { Injectable } from '@nestjs/common';
import { PrismaService, randomSecret, type Transaction } from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';

/** Proofs of a second factor that one sign-in may try. */
const MOST_ATTEMPTS = 5;

/** Sign-ins whose password was right and whose second factor is outstanding. None is a session: they open nothing. */
@Injectable()
export class PendingSignIns {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  /** @returns the secret for the browser that signs in */
  async begin(operatorId: string, now: Date, expiresAt: Date): Promise<string> {
    const token = randomSecret();
    const tokenHash = await this.hashOf(token);
    await this.prisma.operatorSignIn.deleteMany({ where: { expiresAt: { lt: now } } });
    await this.prisma.operatorSignIn.create({ data: { tokenHash, operatorId, expiresAt } });
    return token;
  }

  /** Counts an attempt. @returns the operator, or `undefined` when it is over: expired, tried too often, or unknown */
  async attempt(token: string, now: Date): Promise<string | undefined> {
    const tokenHash = await this.hashOf(token);
    const [row] = await this.prisma.operatorSignIn.updateManyAndReturn({
      where: { tokenHash, expiresAt: { gt: now }, attempts: { lt: MOST_ATTEMPTS } },
      data: { attempts: { increment: 1 } },
      select: { operatorId: true },
    });
    return row?.operatorId;
  }

  /** The operator of a sign-in that goes on. */
  async findOperator(token: string, now: Date): Promise<string | undefined> {
    const where = {
      tokenHash: await this.hashOf(token),
      expiresAt: { gt: now },
      attempts: { lt: MOST_ATTEMPTS },
    };
    return (await this.prisma.operatorSignIn.findUnique({ where }))?.operatorId;
  }

  /** Uses it up. @returns false when it was, or has ended meanwhile */
  async end(tx: Transaction, token: string): Promise<boolean> {
    const tokenHash = await this.hashOf(token);
    return (await tx.operatorSignIn.deleteMany({ where: { tokenHash } })).count > 0;
  }

  /** Ends all of an operator. */
  async endAll(tx: Transaction, operatorId: string): Promise<void> {
    await tx.operatorSignIn.deleteMany({ where: { operatorId } });
  }

  private async hashOf(token: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('operator_sign_in', token));
  }
}
