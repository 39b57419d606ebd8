import { Injectable } from '@nestjs/common';
import { Prisma, type Transaction } from '../../platform/index.js';
import type { ConnectionReason } from '../connection.js';

interface Held {
  readonly id: string;
  readonly userId: string;
  readonly target: string;
}

/** Token sets whose grant is over at the provider. Each method takes the rows in one order, so that none wait for each other. */
@Injectable()
export class GrantTerminationsRepository {
  /** Connections of an account whose token set was obtained before `before`, locked. */
  holding(
    tx: Transaction,
    connectorIds: readonly string[],
    accountId: string,
    before: Date,
  ): Promise<Held[]> {
    return tx.$queryRaw<Held[]>`
      SELECT c."id", c."user_id" AS "userId", o."target" FROM "token_sets" s
      JOIN "connections" c ON c."id" = s."connection_id" JOIN "connectors" o ON o."id" = c."connector_id"
      WHERE c."account_id" = ${accountId} AND c."connector_id" IN (${Prisma.join([...connectorIds])})
        AND s."obtained_at" < ${before}
      ORDER BY s."connection_id" FOR UPDATE OF s`;
  }

  /** The connection, locked, if it holds this version of its token set. */
  holdingVersion(tx: Transaction, connectionId: string, version: number): Promise<Held[]> {
    return tx.$queryRaw<Held[]>`
      SELECT c."id", c."user_id" AS "userId", o."target" FROM "token_sets" s
      JOIN "connections" c ON c."id" = s."connection_id" JOIN "connectors" o ON o."id" = c."connector_id"
      WHERE s."connection_id" = ${connectionId} AND s."version" = ${version} FOR UPDATE OF s`;
  }

  /**
   * The access token ends with the grant, so the token set counts as expired from now on. The version grows: a refresh
   * that is under way must not bring it back.
   */
  async end(
    tx: Transaction,
    connectionIds: string[],
    { reason, failure, at }: { reason: ConnectionReason; failure: string; at: Date },
  ): Promise<void> {
    const where = { connectionId: { in: connectionIds } };
    await tx.tokenSet.updateMany({
      where,
      data: { refreshable: false, refreshAt: null, version: { increment: 1 } },
    });
    await tx.tokenSet.updateMany({
      where: { ...where, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] },
      data: { expiresAt: at },
    });
    await tx.connection.updateMany({
      where: { id: { in: connectionIds } },
      data: { reason, failedAt: at, failure },
    });
  }
}
