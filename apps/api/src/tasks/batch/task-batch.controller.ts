import { Body, Controller, Headers, Post, Req } from '@nestjs/common';
import type { z } from 'zod';
import { Audits } from '../../audit/index.js';
import { principalOf } from '../../gateway/index.js';
import { PoliciesService, verbAction } from '../../policies/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  Documented,
  DocumentedUnder,
  inputProblem,
  invalidInput,
  problemBody,
  ProblemFilter,
  TakesMembers,
  traceOf,
  type Caller,
  type CallerRequest,
} from '../../platform/index.js';
import { taskRequest } from '../new-task.js';
import { TaskAnswers } from '../task-answers.js';
import { TasksService } from '../tasks.service.js';
import { batchedTask, batchRequest, batchView, MOST_TASKS } from './task-batch.schemas.js';

type Outcome = z.output<typeof batchView>['data'][number];

/** How many of one request are created at the same time: they share statements. */
const AT_ONCE = 25;
const MEMBERS_OF_ONE = 500;

/** Many tasks in one request, each as if it had come by itself. */
@DocumentedUnder('tasks')
@AllowCallers('agent', 'user')
@Controller('v1')
export class TaskBatchController {
  constructor(
    private readonly tasks: TasksService,
    private readonly answers: TaskAnswers,
    private readonly policies: PoliciesService,
    private readonly problems: ProblemFilter,
  ) {}

  @Audits('task.queued', 'approval.requested')
  @AsksInHandler('asks for each task, since each names its user')
  @Post('tasks/batch')
  @TakesMembers(MOST_TASKS * MEMBERS_OF_ONE)
  @Documented({
    summary: 'Queue up to 100 actions, each with an outcome of its own',
    description:
      'A task that is refused refuses no other. Give each an idempotencyKey: the same batch can then be sent again after an answer that was lost.',
    answer: batchView,
  })
  async create(
    @Body({ schema: batchRequest }) { tasks }: z.output<typeof batchRequest>,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: CallerRequest,
  ): Promise<z.output<typeof batchView>> {
    if (idempotencyKey !== undefined)
      throw invalidInput('Idempotency-Key: give each task an idempotencyKey of its own instead');
    const data: Outcome[] = [];
    for (let first = 0; first < tasks.length; first += AT_ONCE) {
      const outcomes = await inOrderOfKeys(tasks.slice(first, first + AT_ONCE), (task) =>
        this.outcome(task, caller, request),
      );
      data.push(...outcomes.map((outcome, n) => ({ index: first + n, ...outcome })));
    }
    return { data };
  }

  private async outcome(
    asked: unknown,
    caller: Caller,
    request: CallerRequest,
  ): Promise<Omit<Outcome, 'index'>> {
    try {
      const task = await this.createOne(asked, caller, request);
      return { status: 202, task: await this.answers.view(task) };
    } catch (error) {
      const problem = await this.problems.problemOf(error, request);
      return {
        status: problem.status,
        problem: problemBody(problem, request.id) as NonNullable<Outcome['problem']>,
      };
    }
  }

  private async createOne(asked: unknown, caller: Caller, request: CallerRequest) {
    const read = batchedTask.safeParse(asked);
    if (!read.success)
      throw inputProblem(read.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
    const { idempotencyKey, ...task } = read.data;
    const [principal, trace] = [principalOf(caller), traceOf(request)];
    const question = { principal, userId: task.userId, action: verbAction('task.create'), context: {} };
    await this.policies.require(question, trace);
    return this.tasks.create(taskRequest(task, idempotencyKey), caller, trace);
  }
}

/** All at once, but for those with the same key: the one that comes first has the task. */
function inOrderOfKeys<T>(asked: readonly unknown[], outcomeOf: (task: unknown) => Promise<T>): Promise<T[]> {
  const last = new Map<unknown, Promise<unknown>>();
  return Promise.all(
    asked.map((task) => {
      const key = (task as { idempotencyKey?: unknown } | null)?.idempotencyKey;
      const outcome = (last.get(key) ?? Promise.resolve()).then(() => outcomeOf(task));
      if (key !== undefined) last.set(key, outcome);
      return outcome;
    }),
  );
}
