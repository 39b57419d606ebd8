import { Injectable } from '@nestjs/common';
import type { CapabilityKind } from '@valetkey/providers';
import { PrismaService } from '../../platform/index.js';
import type { KeptLink } from './kept-link.js';

export type SealedLink = Omit<KeptLink, 'judged'> & { readonly sealed: Uint8Array<ArrayBuffer> };

@Injectable()
export class KeptLinksRepository {
  constructor(private readonly prisma: PrismaService) {}

  async insert(links: readonly SealedLink[]): Promise<void> {
    await this.prisma.proxyLink.createMany({
      data: links.map(({ caller, ...link }) => ({
        ...link,
        callerType: caller.type,
        callerId: caller.id,
      })),
    });
  }

  /** The link with this id, if it is this caller's for this user and still good. */
  async findLink(
    id: string,
    owner: Pick<KeptLink, 'provider' | 'userId' | 'caller'>,
    now: Date,
  ): Promise<SealedLink | undefined> {
    const { provider, userId, caller } = owner;
    const row = await this.prisma.proxyLink.findFirst({
      where: { id, provider, userId, callerType: caller.type, callerId: caller.id, expiresAt: { gt: now } },
    });
    if (!row) return undefined;
    const { connectionId, kind, sealed, expiresAt } = row;
    return {
      ...{ id, provider, userId, caller, connectionId, sealed, expiresAt },
      kind: kind as CapabilityKind,
    };
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.prisma.proxyLink.deleteMany({ where: { expiresAt: { lte: now } } });
  }
}
