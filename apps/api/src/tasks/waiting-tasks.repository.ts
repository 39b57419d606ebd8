import { Injectable } from '@nestjs/common';
import { Prisma, TransactionalRepository, type Transaction } from '../platform/index.js';
import { OPEN, type Task, type TaskError, type TaskStatus } from './task.js';
import { callerName, type NewTask } from './task-moves.repository.js';
import { toTask } from './task-row.js';

/** A step of a task that waits for a person, as it is stored. */
interface WaitingMove {
  readonly status: TaskStatus;
  readonly error?: TaskError;
  readonly attempts?: number;
  readonly finishedAt?: Date;
  readonly approvalId?: string;
  readonly connectionId?: string;
  readonly input?: Readonly<Record<string, unknown>>;
}

/** Steps of tasks that commit together with their approvals. They are rare, since a person takes part in each. */
@Injectable()
export class WaitingTasksRepository extends TransactionalRepository {
  async create(
    tx: Transaction,
    task: NewTask,
    wait: { approvalId: string; connectionId: string },
  ): Promise<void> {
    const { input, requestHash, ...row } = task;
    await tx.task.create({
      data: {
        ...row,
        ...wait,
        status: 'waiting_for_approval',
        agentId: row.callerType === 'agent' ? row.callerId : null,
        input: input as Prisma.InputJsonValue,
        requestHash: Uint8Array.from(requestHash),
        events: { create: { status: 'waiting_for_approval', message: 'Waiting for a person to agree.' } },
      },
    });
  }

  /** Those who ask for the same caller wait for one another until they have committed. @returns the open tasks */
  async lockCaller(tx: Transaction, caller: Pick<Task, 'callerType' | 'callerId'>): Promise<number> {
    const { callerType, callerId } = caller;
    await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${callerName(caller)}, 0))::text`;
    return tx.task.count({ where: { callerType, callerId, status: { in: [...OPEN] } } });
  }

  async findWaitingTask(tx: Transaction, id: string): Promise<Task | undefined> {
    const row = await tx.task.findUnique({ where: { id } });
    return row ? toTask(row) : undefined;
  }

  /** Moves a task on if it has this status, and writes the line of its story. */
  async move(
    tx: Transaction,
    { id, from }: { readonly id: string; readonly from: TaskStatus },
    { input, error, ...change }: WaitingMove,
    message: string,
  ): Promise<boolean> {
    const { count } = await tx.task.updateMany({
      where: { id, status: from },
      data: {
        ...change,
        ...(input ? { input: input as Prisma.InputJsonObject } : {}),
        ...(error ? { error: error as unknown as Prisma.InputJsonObject } : {}),
      },
    });
    if (count > 0) await tx.taskEvent.create({ data: { taskId: id, status: change.status, message } });
    return count > 0;
  }
}
