import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../platform/index.js';
import type { ConnectionReason } from './connection.js';

/** A token set that is bound to no place. */
export interface UnplacedTokenSet {
  readonly id: string;
  readonly userId: string;
  readonly sealed: Uint8Array;
}

/** The token sets of one connector, as far as they are bound to its place. */
@Injectable()
export class HeldPlacesRepository {
  constructor(private readonly prisma: PrismaService) {}

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
}
