import { Injectable } from '@nestjs/common';
import { Clock, Problem, type Caller, type RequestTrace } from '../../platform/index.js';
import { TasksService } from '../tasks.service.js';
import {
  DEAD_STATUSES,
  DeadLettersRepository,
  type DeadLetterCount,
  type DeadLetterFilter,
  type DeadLetterGroup,
} from './dead-letters.repository.js';

const MOST_GROUPS = 200;
const AT_ONCE = 10;

export interface DeadLetterList extends DeadLetterCount {
  readonly groups: DeadLetterGroup[];
  /** Whether smaller groups were left out. */
  readonly isCut: boolean;
}

/** One batch of a replay. */
export interface ReplayRequest {
  /** As the dry run answered: what ended later is not touched. */
  readonly asOf: Date;
  /** The last task of the batch before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

export interface ReplayedBatch {
  readonly retried: string[];
  readonly refused: { readonly taskId: string; readonly code: string }[];
  readonly nextCursor?: string;
}

/** Tasks that ended badly: shown in groups, and tried again in batches, each as one task is retried. */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly repository: DeadLettersRepository,
    private readonly tasks: TasksService,
    private readonly clock: Clock,
  ) {}

  async list(filter: DeadLetterFilter): Promise<DeadLetterList> {
    const [groups, count] = await Promise.all([
      this.repository.groups(filter, MOST_GROUPS + 1),
      this.repository.count(filter),
    ]);
    return { ...count, groups: groups.slice(0, MOST_GROUPS), isCut: groups.length > MOST_GROUPS };
  }

  /** Counts without touching them. @returns with the time that a replay of these names */
  async dryRun(filter: DeadLetterFilter): Promise<DeadLetterCount & { readonly asOf: Date }> {
    const asOf = this.clock.date();
    return { ...(await this.repository.count(upTo(filter, asOf))), asOf };
  }

  /** Tries the next of them again. One that is refused is told and holds no other up. */
  async replay(
    filter: DeadLetterFilter,
    { asOf, cursor = '', limit }: ReplayRequest,
    caller: Caller,
    trace: RequestTrace,
  ): Promise<ReplayedBatch> {
    const ids = await this.repository.idsAfter(upTo(filter, asOf), cursor, limit);
    const answers: (string | undefined)[] = [];
    for (let first = 0; first < ids.length; first += AT_ONCE) {
      const part = ids.slice(first, first + AT_ONCE);
      answers.push(...(await Promise.all(part.map((id) => this.refusalOf(id, caller, trace)))));
    }
    const last = ids.at(-1);
    return {
      retried: ids.filter((_, n) => answers[n] === undefined),
      refused: ids.flatMap((taskId, n) => {
        const code = answers[n];
        return code === undefined ? [] : [{ taskId, code }];
      }),
      ...(last !== undefined && ids.length === limit ? { nextCursor: last } : {}),
    };
  }

  /** Retries one. @returns the code of the problem for which it was not */
  private async refusalOf(id: string, caller: Caller, trace: RequestTrace): Promise<string | undefined> {
    try {
      await this.tasks.retry(id, caller, trace, DEAD_STATUSES);
      return undefined;
    } catch (error) {
      if (error instanceof Problem && error.status < 500) return error.code;
      throw error;
    }
  }
}

function upTo(filter: DeadLetterFilter, asOf: Date): DeadLetterFilter {
  const { to } = filter;
  return { ...filter, to: to && to < asOf ? to : asOf };
}
