import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentMayShow,
  CurrentTrace,
  Documented,
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
import { IDEMPOTENCY_KEY } from '../tasks/index.js';
import {
  newSchedule,
  scheduleChange,
  schedulePage,
  scheduleQuery,
  scheduleSummary,
  scheduleView,
  summarize,
  viewSchedule,
} from './schedules.schemas.js';
import { SchedulesService } from './schedules.service.js';

@DocumentedUnder('schedules')
@AllowCallers('agent', 'user', 'operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1')
export class SchedulesController {
  constructor(private readonly schedules: SchedulesService) {}

  @Audits('schedule.created')
  @Asks('schedule.create', 'body')
  @Post('schedules')
  @AllowCallers('agent', 'user')
  @DocumentedHeader(
    'Idempotency-Key',
    'The same key and body answer the same schedule; up to 255 characters.',
  )
  @Documented({
    summary: 'Have an action run again and again',
    description:
      'Each run is a task, made at its time: policy, consent and approvals are those of that time.',
    status: 201,
    answer: scheduleView,
    problems: ['unknown_action', 'not_found', 'other_user', 'idempotency_key_reused', 'too_many_schedules'],
  })
  async create(
    @Body({ schema: newSchedule }) body: z.output<typeof newSchedule>,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey))
      throw invalidInput('Idempotency-Key: must be 1 to 255 visible ASCII characters');
    return viewSchedule(await this.schedules.create(body, idempotencyKey, caller, trace));
  }

  @Asks('schedule.list', 'query', 'schedule.read')
  @Get('schedules')
  @Documented({
    summary: "List schedules, newest first: an agent's own, a user's own, all for operators",
    answer: schedulePage,
  })
  async list(
    @Query({ schema: scheduleQuery }) query: z.output<typeof scheduleQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ) {
    const { cursor, limit, paused, ...equal } = query;
    const filter = { ...equal, isPaused: paused && paused === 'true' };
    const { data, ...rest } = await this.schedules.list(filter, { cursor, limit, mayShow }, caller);
    return { data: data.map(summarize), ...rest };
  }

  @Get('operator/schedules')
  @AllowCallers('operator')
  @Documented({ summary: 'List schedules for the dashboard', answer: scheduleSummary.array() })
  async listSchedules(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'schedules', page, await this.schedules.listSchedules(page)).map(summarize);
  }

  @Asks('schedule.read', 'schedule')
  @Get(['schedules/:id', 'operator/schedules/:id'])
  @Documented({ summary: 'Read one schedule, with its next runs', answer: scheduleView })
  async getSchedule(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return viewSchedule(await this.schedules.getSchedule(id, caller));
  }

  @Audits('schedule.updated')
  @Asks('schedule.update', 'schedule')
  @Patch(['schedules/:id', 'operator/schedules/:id'])
  @Documented({
    summary: 'Change a schedule; pause or resume it',
    description:
      'What it does is changed by the agent or user that made it; users and operators pause and resume it.',
    answer: scheduleView,
    problems: ['not_your_schedule', 'not_found'],
  })
  async update(
    @Param('id') id: string,
    @Body({ schema: scheduleChange }) body: z.output<typeof scheduleChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return viewSchedule(await this.schedules.update(id, body, caller, trace));
  }

  @Audits('schedule.deleted')
  @Asks('schedule.delete', 'schedule')
  @Delete(['schedules/:id', 'operator/schedules/:id'])
  @Documented({ summary: 'Delete a schedule; tasks that its runs have become stay', status: 204 })
  delete(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return this.schedules.delete(id, caller, trace);
  }
}
