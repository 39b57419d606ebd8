import { Injectable } from '@nestjs/common';
import { TransactionalRepository, type Transaction } from '../platform/index.js';

/** The rows of a user who is about to be deleted. */
@Injectable()
export class OffboardingRepository extends TransactionalRepository {
  /**
   * Prevents new connections of the user until the transaction ends.
   * @returns false when there is no such user
   */
  async lockUser(tx: Transaction, id: string): Promise<boolean> {
    const rows = await tx.$queryRaw<unknown[]>`SELECT 1 FROM "users" WHERE "id" = ${id} FOR UPDATE`;
    return rows.length > 0;
  }

  async connectionIds(tx: Transaction, userId: string): Promise<string[]> {
    const rows = await tx.connection.findMany({
      where: { userId },
      orderBy: { id: 'asc' },
      select: { id: true },
    });
    return rows.map(({ id }) => id);
  }

  countTasks(tx: Transaction, userId: string): Promise<number> {
    return tx.task.count({ where: { userId } });
  }

  /** Whether a token set of the user is still to be revoked. */
  async hasPendingRevocations(userId: string): Promise<boolean> {
    return (await this.prisma.revocation.count({ where: { userId, status: 'pending' } })) > 0;
  }

  /**
   * Deletes the token sets of a deleted user whose revocation was given up.
   * @returns how many
   */
  async forgetGivenUp(tx: Transaction, userId: string): Promise<number> {
    return tx.$executeRaw`
      DELETE FROM "revocations" WHERE "user_id" = ${userId} AND "status" = 'given_up'
      AND NOT EXISTS (SELECT 1 FROM "users" WHERE "id" = ${userId})`;
  }
}
