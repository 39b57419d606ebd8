import { Injectable } from '@nestjs/common';
import { PrismaService } from '../platform/index.js';
import { MOST_KEPT, type KeptResult, type ResultOwner } from './kept-result.js';

const WITHOUT_OUTPUT = { output: true } as const;

@Injectable()
export class KeptResultsRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Of a task, in the place of one that an attempt kept before it was lost. */
  async insert({ taskId, ...result }: KeptResult, output: string): Promise<void> {
    if (taskId !== null) await this.prisma.keptResult.deleteMany({ where: { taskId } });
    await this.prisma.keptResult.create({ data: { ...result, taskId, output } });
  }

  /** Deletes what a caller keeps of direct calls for a user beyond the newest. Those of tasks have their day. */
  async deleteOldest({ userId, callerType, callerId }: ResultOwner): Promise<void> {
    await this.prisma.$executeRaw`
      DELETE FROM kept_results WHERE id IN (
        SELECT id FROM kept_results
        WHERE user_id = ${userId} AND caller_type = ${callerType} AND caller_id = ${callerId}
          AND task_id IS NULL
        ORDER BY created_at DESC, id DESC OFFSET ${MOST_KEPT})`;
  }

  async findResult(id: string, now: Date): Promise<KeptResult | undefined> {
    const where = { id, expiresAt: { gt: now } };
    return (await this.prisma.keptResult.findFirst({ where, omit: WITHOUT_OUTPUT })) ?? undefined;
  }

  /** The output of a task, as long as it is kept. */
  async findResultOfTask(taskId: string, now: Date): Promise<KeptResult | undefined> {
    const where = { taskId, expiresAt: { gt: now } };
    return (await this.prisma.keptResult.findFirst({ where, omit: WITHOUT_OUTPUT })) ?? undefined;
  }

  /** Those of a caller for a user, the newest first. */
  listResults(owner: ResultOwner, now: Date): Promise<KeptResult[]> {
    return this.prisma.keptResult.findMany({
      where: { ...owner, expiresAt: { gt: now } },
      omit: WITHOUT_OUTPUT,
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: MOST_KEPT,
    });
  }

  /** The JSON itself. */
  async readOutput(id: string): Promise<string | undefined> {
    return (await this.prisma.keptResult.findUnique({ where: { id }, select: { output: true } }))?.output;
  }

  async deleteExpired(now: Date): Promise<void> {
    await this.prisma.keptResult.deleteMany({ where: { expiresAt: { lte: now } } });
  }
}
