import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  inputProblem,
  inputTime,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { dateOf } from '../new-task.js';
import { DEAD_STATUSES } from './dead-letters.repository.js';
import { DeadLetters } from './dead-letters.js';

const MOST_AT_ONCE = 100;

const text = z.string().min(1).max(512).optional();
const filter = z.strictObject({
  status: z.enum(DEAD_STATUSES).optional(),
  userId: text,
  agentId: text,
  action: text,
  target: z.string().max(512).optional().describe('Of the connector; empty: tasks that name no connection.'),
  code: text.describe('Of the problem.'),
  from: inputTime({ offset: true }).optional().describe('Ended at or after this time.'),
  to: inputTime({ offset: true }).optional().describe('Ended before this time.'),
});

const count = { tasks: z.int(), users: z.int() };
const groupView = z.object({
  status: z.enum(DEAD_STATUSES),
  action: z.string(),
  target: z.string().optional().describe('Of the connector whose connection the tasks name.'),
  code: z.string(),
  detail: z.string().optional().describe('Of the newest task.'),
  ...count,
  oldest: z.iso.datetime(),
  newest: z.iso.datetime(),
});
const listView = z.object({
  ...count,
  groups: z.array(groupView),
  isCut: z.boolean().describe('Whether there are more groups than 200, of which the smallest are left out.'),
});

const replayRequest = filter.extend({
  dryRun: z.boolean().optional().describe('Counts them and touches none.'),
  asOf: inputTime({ offset: true })
    .optional()
    .describe('As the dry run answered; needed for a replay. What ended later is not touched.'),
  cursor: text.describe('As the batch before answered.'),
  limit: z.int().min(1).max(MOST_AT_ONCE).default(MOST_AT_ONCE),
});
const replayView = z.object({
  ...Object.fromEntries(
    Object.entries(count).map(([name, schema]) => [name, schema.optional().describe('Of a dry run.')]),
  ),
  asOf: z.iso.datetime(),
  retried: z.array(z.string()).optional().describe('Ids of the tasks that are queued again.'),
  refused: z.array(z.object({ taskId: z.string(), code: z.string() })).optional(),
  nextCursor: z.string().optional().describe('There are more: send the same request with it as cursor.'),
});

/** Tasks that ended badly, for operators. */
@DocumentedUnder('tasks')
@AllowCallers('operator')
@Controller('v1/operator/dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLetters) {}

  @AuditsNothing('shows what is stored; it changes nothing and calls nobody')
  @Get()
  @Documented({
    summary: 'Tasks that failed, or whose outcome is not known, in groups',
    answer: listView,
  })
  async list(@Query({ schema: filter }) { from, to, ...equal }: z.output<typeof filter>) {
    const { groups, ...rest } = await this.letters.list({ ...equal, from: dateOf(from), to: dateOf(to) });
    const data = groups.map(({ target, oldest, newest, ...group }) => ({
      ...group,
      target: target ?? undefined,
      oldest: oldest.toISOString(),
      newest: newest.toISOString(),
    }));
    return { ...rest, groups: data };
  }

  @Audits('task.retried')
  @Post('replay')
  @Documented({
    summary: 'Try such tasks again, a bounded batch at a time; dryRun first',
    status: 200,
    answer: replayView,
  })
  async replay(
    @Body({ schema: replayRequest }) body: z.output<typeof replayRequest>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof replayView>> {
    const { dryRun, asOf, cursor, limit, from, to, ...equal } = body;
    const asked = { ...equal, from: dateOf(from), to: dateOf(to) };
    if (dryRun === true) {
      const counted = await this.letters.dryRun(asked);
      return { ...counted, asOf: counted.asOf.toISOString() };
    }
    const until = dateOf(asOf);
    if (!until) throw inputProblem([{ path: 'asOf', message: 'is needed: a dry run answers it' }]);
    const batch = { asOf: until, cursor, limit };
    return { asOf: until.toISOString(), ...(await this.letters.replay(asked, batch, caller, trace)) };
  }
}
