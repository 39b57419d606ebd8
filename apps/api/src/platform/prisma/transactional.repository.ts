import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from './prisma.service.js';

/** Rows of a room, with the transactions over them. */
@Injectable()
export abstract class TransactionalRepository {
  constructor(protected readonly prisma: PrismaService) {}

  /** Runs `work` in one transaction; it is rolled back when `work` throws. */
  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  /** As `inTransaction`. @returns false, and nothing was done, when the row that it makes is there already */
  createIfNew(work: (tx: Transaction) => Promise<void>): Promise<boolean> {
    return this.prisma.transactionIfNew(work);
  }
}
