import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../platform/index.js';

/** The connections of one connector, taken together. */
@Injectable()
export class ConnectorRowsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Ids of connections that hold tokens; `after` is the last one seen. */
  async holdingTokens(connectorId: string, after: string, limit: number): Promise<string[]> {
    const rows = await this.prisma.connection.findMany({
      where: { connectorId, id: { gt: after }, tokenSet: { isNot: null } },
      select: { id: true },
      orderBy: { id: 'asc' },
      take: limit,
    });
    return rows.map(({ id }) => id);
  }

  /** Rows that still need the connector: connections with tokens, and revocations that a provider has not confirmed. */
  async needing(tx: Transaction, connectorId: string): Promise<{ stored: number; revocations: number }> {
    const stored = await tx.connection.count({ where: { connectorId, tokenSet: { isNot: null } } });
    const revocations = await tx.revocation.count({ where: { connectorId, status: 'pending' } });
    return { stored, revocations };
  }

  /** Deletes connections without tokens; the audit log keeps their history. */
  async deleteEmpty(tx: Transaction, connectorId: string): Promise<void> {
    await tx.connection.deleteMany({ where: { connectorId, tokenSet: null } });
  }
}
