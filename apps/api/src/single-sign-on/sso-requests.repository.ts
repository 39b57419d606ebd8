import { Injectable } from '@nestjs/common';
import { PrismaService } from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';

/** The two secrets that have to come back together: one by the issuer, one by the browser. */
export interface SentSecrets {
  readonly state: string;
  readonly browser: string;
}

/** A trip that has come back. */
export interface SsoRequest {
  readonly createdAt: Date;
  /** The session in which somebody proves again who they are; none where they sign in. */
  readonly own: { readonly id: string; readonly sessionId: string } | undefined;
}

/** People who are on their way to the issuer and back. */
@Injectable()
export class SsoRequestsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  async add(
    secrets: SentSecrets,
    { createdAt, expiresAt }: { readonly createdAt: Date; readonly expiresAt: Date },
    sessionId?: string,
  ): Promise<void> {
    await this.prisma.operatorSsoRequest.deleteMany({ where: { expiresAt: { lt: createdAt } } });
    const data = { ...(await this.hashed(secrets)), sessionId: sessionId ?? null, createdAt, expiresAt };
    await this.prisma.operatorSsoRequest.create({ data });
  }

  /** Uses it up. @returns `undefined` when it is unknown, was used, is over, or began in another browser */
  async take(secrets: SentSecrets, now: Date): Promise<SsoRequest | undefined> {
    const { stateHash, browserHash } = await this.hashed(secrets);
    const where = { stateHash, browserHash, expiresAt: { gt: now } };
    const row = await this.prisma.operatorSsoRequest.findFirst({ where, include: { session: true } });
    if (!row || (await this.prisma.operatorSsoRequest.deleteMany({ where })).count === 0) return undefined;
    const { createdAt, session } = row;
    return { createdAt, own: session ? { id: session.operatorId, sessionId: session.id } : undefined };
  }

  private async hashed({ state, browser }: SentSecrets) {
    return {
      stateHash: Uint8Array.from(await this.hashes.of('operator_sso_state', state)),
      browserHash: Uint8Array.from(await this.hashes.of('operator_sso_browser', browser)),
    };
  }
}
