import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService } from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';

/** Something that the authorization server remembers, without the code, token or id that it is found by. */
export interface OAuthRecord {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly consumedAt: Date | null;
}

export interface NewOAuthRecord {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly sessionId: string | undefined;
  readonly expiresAt: Date;
}

/**
 * Records of the authorization server. A code, token or id is stored as a keyed hash alone, so a copy of the table opens
 * nothing.
 */
@Injectable()
export class OAuthRecordsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  async put(kind: string, id: string, { payload, ...record }: NewOAuthRecord): Promise<void> {
    const hash = await this.hashOf(kind, id);
    const data = { ...record, payload: payload as Prisma.InputJsonObject };
    await this.prisma.oAuthRecord.upsert({
      where: { kind_hash: { kind, hash } },
      create: { kind, hash, ...data },
      update: data,
    });
  }

  async findRecord(kind: string, id: string, now: Date): Promise<OAuthRecord | undefined> {
    const row = await this.prisma.oAuthRecord.findUnique({
      where: { kind_hash: { kind, hash: await this.hashOf(kind, id) }, expiresAt: { gt: now } },
    });
    return row ? { payload: row.payload as Record<string, unknown>, consumedAt: row.consumedAt } : undefined;
  }

  /** Lets a record live on, if there is one. */
  async keepUntil(kind: string, id: string, expiresAt: Date): Promise<void> {
    await this.prisma.oAuthRecord.updateMany({
      where: { kind, hash: await this.hashOf(kind, id) },
      data: { expiresAt },
    });
  }

  /** @returns false when it was consumed before, also by a request of the same moment */
  async consume(kind: string, id: string, at: Date): Promise<boolean> {
    const { count } = await this.prisma.oAuthRecord.updateMany({
      where: { kind, hash: await this.hashOf(kind, id), consumedAt: null },
      data: { consumedAt: at },
    });
    return count === 1;
  }

  async delete(kind: string, id: string): Promise<void> {
    await this.prisma.oAuthRecord.deleteMany({ where: { kind, hash: await this.hashOf(kind, id) } });
  }

  async deleteOfSession(kind: string, sessionId: string): Promise<void> {
    await this.prisma.oAuthRecord.deleteMany({ where: { kind, sessionId } });
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.prisma.oAuthRecord.deleteMany({ where: { expiresAt: { lt: now } } });
  }

  private async hashOf(kind: string, id: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('oauth_record', `${kind} ${id}`));
  }
}
