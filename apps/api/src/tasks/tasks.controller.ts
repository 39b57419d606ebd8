import { Body, Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentMayShow,
  CurrentTrace,
  cursorQuery,
  Documented,
  inputTime,
  DocumentedHeader,
  DocumentedUnder,
  invalidInput,
  pageQuery,
  sendPage,
  type Caller,
  type MayShow,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { dateOf, IDEMPOTENCY_KEY, newTask, taskRequest } from './new-task.js';
import { TASK_STATUSES } from './task.js';
import { taskEventView, taskView, viewTask, viewTaskEvent } from './task.view.js';
import { TaskAnswers } from './task-answers.js';
import { TaskStory } from './task-story.js';
import { TasksService } from './tasks.service.js';

const filterQuery = z.object({
  userId: z.string().optional(),
  agentId: z.string().optional(),
  scheduleId: z.string().optional(),
  action: z.string().optional(),
  from: inputTime({ offset: true }).optional().describe('Tasks created at or after this time.'),
  to: inputTime({ offset: true }).optional().describe('Tasks created before this time.'),
});
const listQuery = cursorQuery.extend({
  ...filterQuery.shape,
  status: z.enum(TASK_STATUSES).optional(),
});
const countView = z.object({
  total: z.int(),
  byStatus: z.object(Object.fromEntries(TASK_STATUSES.map((status) => [status, z.int()]))),
});
/** One message as it goes over the wire. */
const EVENT =
  'id: 7\nevent: status\ndata: {"at":"2026-11-22T09:30:00.000Z","status":"succeeded","message":"Done."}\n\n';
const taskPage = z.object({ data: z.array(taskView), nextCursor: z.string().optional() });
const eventList = z.object({ data: z.array(taskEventView) });

@DocumentedUnder('tasks')
@AllowCallers('agent', 'user', 'operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1')
export class TasksController {
  constructor(
    private readonly tasks: TasksService,
    private readonly story: TaskStory,
    private readonly answers: TaskAnswers,
  ) {}

  @Audits('task.queued', 'approval.requested')
  @Asks('task.create', 'body')
  @Post('tasks')
  @AllowCallers('agent', 'user')
  @DocumentedHeader('Idempotency-Key', 'The same key and body answer the same task; up to 255 characters.')
  @Documented({
    summary: 'Queue an action',
    status: 202,
    answer: taskView,
    problems: [
      'unknown_action',
      'not_found',
      'approval_denied',
      'other_user',
      'idempotency_key_reused',
      'too_many_open_tasks',
    ],
  })
  async create(
    @Body({ schema: newTask }) body: z.output<typeof newTask>,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey))
      throw invalidInput('Idempotency-Key: must be 1 to 255 visible ASCII characters');
    return this.answers.view(await this.tasks.create(taskRequest(body, idempotencyKey), caller, trace));
  }

  @Asks('task.list', 'query', 'task.read')
  @Get('tasks')
  @Documented({
    summary: "List tasks, newest first: an agent's own, a user's own, all for operators",
    answer: taskPage,
  })
  async list(
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ) {
    const { cursor, limit, from, to, ...equal } = query;
    const filter = { ...equal, from: dateOf(from), to: dateOf(to) };
    const { data, ...rest } = await this.tasks.list(filter, { cursor, limit, mayShow }, caller);
    return { data: data.map(viewTask), ...rest };
  }

  @Asks('task.list', 'query', 'task.read')
  @Get('tasks/counts')
  @Documented({ summary: 'Count tasks by status, of those that the list would show', answer: countView })
  async count(
    @Query({ schema: filterQuery }) { from, to, ...equal }: z.output<typeof filterQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ): Promise<z.output<typeof countView>> {
    const filter = { ...equal, from: dateOf(from), to: dateOf(to) };
    const counts = await this.tasks.count(filter, mayShow, caller);
    const byStatus = Object.fromEntries(TASK_STATUSES.map((status) => [status, counts[status] ?? 0]));
    return { total: Object.values(byStatus).reduce((sum, count) => sum + count, 0), byStatus };
  }

  @Get('operator/tasks')
  @AllowCallers('operator')
  @Documented({ summary: 'List tasks for the dashboard', answer: taskView.array() })
  async listTasks(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'tasks', page, await this.tasks.listForOperators(page)).map(viewTask);
  }

  @Asks('task.read', 'task')
  @Get(['tasks/:id', 'operator/tasks/:id'])
  @Documented({ summary: 'Read one task, with its approval', answer: taskView })
  async getTask(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.answers.view(await this.tasks.getTask(id, caller));
  }

  @Asks('task.read', 'task')
  @Get('tasks/:id/events')
  @Documented({
    summary:
      "A task's story as it happens, as Server-Sent Events; ends with the task, or with the right to read it",
    contentType: 'text/event-stream',
    example: EVENT,
  })
  async events(
    @Param('id') id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentCaller() caller: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const after = lastEventId !== undefined && /^\d{1,18}$/.test(lastEventId) ? BigInt(lastEventId) : 0n;
    await this.story.stream({ id, caller, request, reply }, after);
  }

  @Get('operator/tasks/:id/events')
  @AllowCallers('operator')
  @Documented({ summary: "A task's story so far", answer: eventList })
  async eventList(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return { data: (await this.tasks.events(id, 0n, caller)).map(viewTaskEvent) };
  }

  @Audits('task.canceled')
  @Asks('task.cancel', 'task')
  @Post(['tasks/:id/cancel', 'operator/tasks/:id/cancel'])
  @Documented({
    summary: 'Call a task off before it runs',
    answer: taskView,
    problems: ['task_not_cancelable'],
  })
  async cancel(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return viewTask(await this.tasks.cancel(id, caller, trace));
  }

  @Audits('task.retried')
  @Asks('task.retry', 'task')
  @Post(['tasks/:id/retry', 'operator/tasks/:id/retry'])
  @Documented({
    summary: 'Run an ended task again; what may have happened is asked for first',
    answer: taskView,
    problems: ['task_not_retryable', 'too_many_open_tasks'],
  })
  async retry(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return viewTask(await this.tasks.retry(id, caller, trace));
  }
}
