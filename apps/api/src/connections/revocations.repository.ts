import { Injectable } from '@nestjs/common';
import { PrismaService, type Transaction } from '../platform/index.js';

export interface Revocation {
  readonly id: string;
  readonly connectionId: string;
  readonly userId: string;
  readonly connectorId: string;
  readonly sealed: Uint8Array;
  readonly attempts: number;
}

/** Token sets that are out of use here and not yet confirmed dead at their provider. */
@Injectable()
export class RevocationsRepository {
  constructor(private readonly prisma: PrismaService) {}

  async add(tx: Transaction, revocation: Omit<Revocation, 'attempts'>, nextAt: Date): Promise<void> {
    await tx.revocation.create({
      data: { ...revocation, sealed: Uint8Array.from(revocation.sealed), status: 'pending', nextAt },
    });
  }

  /** Takes the due ones and puts their next try off, so that two processes do not take the same. */
  async takeDue(now: Date, putOffTo: Date, limit: number): Promise<Revocation[]> {
    const due = await this.prisma.revocation.findMany({
      where: { status: 'pending', nextAt: { lte: now } },
      orderBy: { nextAt: 'asc' },
      take: limit,
    });
    const mine: Revocation[] = [];
    for (const { id, connectionId, userId, connectorId, sealed, attempts } of due) {
      const { count } = await this.prisma.revocation.updateMany({
        where: { id, attempts, status: 'pending' },
        data: { attempts: attempts + 1, nextAt: putOffTo },
      });
      if (count > 0 && sealed)
        mine.push({ id, connectionId, userId, connectorId, sealed, attempts: attempts + 1 });
    }
    return mine;
  }

  async retryAt(id: string, nextAt: Date, lastError: string): Promise<void> {
    await this.prisma.revocation.update({ where: { id }, data: { nextAt, lastError } });
  }

  async finish(id: string, status: 'confirmed' | 'not_supported' | 'given_up', at: Date): Promise<void> {
    await this.prisma.revocation.update({ where: { id }, data: { status, sealed: null, finishedAt: at } });
  }
}
