import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../../platform/index.js';

/** A person at an issuer (OpenID Connect Core 1.0, section 5.7: the two together, and nothing else, name one). */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

/** The identities by which operators are known at the issuer of single sign-on. */
@Injectable()
export class IdentitiesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** The id of the operator who has this identity, in any state. */
  async findOperator({ issuer, subject }: Identity): Promise<string | undefined> {
    const where = { ssoIssuer_ssoSubject: { ssoIssuer: issuer, ssoSubject: subject } };
    return (await this.prisma.operator.findUnique({ where, select: { id: true } }))?.id;
  }

  /** Gives a new operator their identity. */
  async set(tx: Transaction, id: string, { issuer, subject }: Identity): Promise<void> {
    await tx.operator.update({ where: { id }, data: { ssoIssuer: issuer, ssoSubject: subject } });
  }

  /**
   * Links an identity to an operator whom an owner lets be linked: once, and until a time. An invitation is accepted
   * by it, so that its link sets no password any more.
   * @returns false when nobody lets them, or no longer
   */
  async link(tx: Transaction, id: string, { issuer, subject }: Identity, now: Date): Promise<boolean> {
    const { count } = await tx.operator.updateMany({
      where: { id, ssoLinkUntil: { gt: now }, disabledAt: null },
      data: { ssoIssuer: issuer, ssoSubject: subject, ssoLinkUntil: null, linkHash: null, linkUntil: null },
    });
    return count > 0;
  }
}
