import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../../platform/index.js';
import type { ConnectionReason } from '../connection.js';

/** A token set that is bound to no place. */
export interface UnplacedTokenSet {
  readonly id: string;
  readonly userId: string;
  readonly sealed: Uint8Array;
}

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

  /** What still needs the connector: connections with tokens, and revocations that a provider has not confirmed. */
  async needing(tx: Transaction, connectorId: string): Promise<{ stored: number; revocations: number }> {
    const stored = await tx.connection.count({ where: { connectorId, tokenSet: { isNot: null } } });
    const revocations = await tx.revocation.count({ where: { connectorId, status: 'pending' } });
    return { stored, revocations };
  }

  /** Sealed token sets of the bare format, which names no place; from versions that bound none. */
  async withoutPlace(
    tx: Transaction | undefined,
    connectorId: string,
    after: string,
    limit: number,
  ): Promise<UnplacedTokenSet[]> {
    return (tx ?? this.prisma).$queryRaw<UnplacedTokenSet[]>`
      SELECT c."id", c."user_id" AS "userId", s."sealed" FROM "token_sets" s
      JOIN "connections" c ON c."id" = s."connection_id"
      WHERE c."connector_id" = ${connectorId} AND c."id" > ${after} AND get_byte(s."sealed", 0) = 1
      ORDER BY c."id" LIMIT ${limit}`;
  }

  /** Puts other bytes where the row still holds those that were read. */
  async reseal(
    tx: Transaction | undefined,
    { id, sealed }: UnplacedTokenSet,
    after: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    await (tx ?? this.prisma).tokenSet.updateMany({
      where: { connectionId: id, sealed: Uint8Array.from(sealed) },
      data: { sealed: after },
    });
  }

  /**
   * Takes every token set of a connector out of use: it counts as expired, is refreshed no more, and a refresh under
   * way does not bring it back.
   */
  async endAll(tx: Transaction, connectorId: string, reason: ConnectionReason, at: Date): Promise<void> {
    await tx.$executeRaw`
      UPDATE "token_sets" s SET "refreshable" = false, "refresh_at" = NULL, "version" = s."version" + 1,
        "expires_at" = least(coalesce(s."expires_at", ${at}), ${at})
      FROM "connections" c WHERE c."id" = s."connection_id" AND c."connector_id" = ${connectorId}`;
    await tx.$executeRaw`
      UPDATE "connections" c SET "reason" = ${reason}, "failed_at" = ${at}, "failure" = ${reason}
      FROM "token_sets" s WHERE s."connection_id" = c."id" AND c."connector_id" = ${connectorId}`;
  }

  /** Users who are on their way to the connector's server begin anew; an answer from there is spent nowhere. */
  async voidStarted(tx: Transaction, connectorId: string): Promise<void> {
    const nothing = { sealed: null, stateHash: null, error: 'connector_moved' };
    const started = { connectorId, status: 'started' };
    await tx.authorization.updateMany({
      where: { ...started, kind: 'hosted' },
      data: { ...nothing, status: 'created' },
    });
    await tx.authorization.updateMany({ where: started, data: { ...nothing, status: 'failed' } });
  }

  /** Deletes connections that hold nothing any more; the audit log keeps their story. */
  async deleteEmpty(tx: Transaction, connectorId: string): Promise<void> {
    await tx.connection.deleteMany({ where: { connectorId, tokenSet: null } });
  }
}
