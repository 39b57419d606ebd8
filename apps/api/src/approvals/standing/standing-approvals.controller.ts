import { Controller, Delete, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentMayShow,
  CurrentTrace,
  cursorQuery,
  Documented,
  DocumentedUnder,
  pageQuery,
  sendPage,
  type Caller,
  type CallerOf,
  type MayShow,
  type PageRequest,
  type RequestTrace,
} from '../../platform/index.js';
import { STANDING_STATUSES } from './standing-approval.js';
import { standingDetail, standingView, viewDetail, viewStanding } from './standing-approval.view.js';
import { StandingApprovals } from './standing-approvals.js';

const listQuery = cursorQuery.extend({
  status: z.enum(STANDING_STATUSES).optional(),
  userId: z.string().max(200).optional(),
  agentId: z.string().max(200).optional(),
});
const standingPage = z.object({ data: standingView.array(), nextCursor: z.string().optional() });

/** Calls that agents may make again without asking. They are made with a decision, and an agent only sees its own. */
@DocumentedUnder('approvals')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller()
export class StandingApprovalsController {
  constructor(private readonly standing: StandingApprovals) {}

  @Asks('approval.list', 'query', 'approval.read')
  @Get('v1/standing-approvals')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: "List standing approvals, newest first: an agent's own, a user's own, all for operators",
    description:
      'A standing approval lets calls like one that was approved run without asking, for a time and a number of uses. Whoever decides on an approval makes one with the member `standing` of the decision.',
    answer: standingPage,
  })
  async list(
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ) {
    const { cursor, limit, ...filter } = query;
    const { data, ...rest } = await this.standing.list(filter, { cursor, limit, mayShow }, caller);
    return { data: data.map(viewStanding), ...rest };
  }

  @Get('my-account/standing-approvals')
  @AllowCallers('user')
  @Documented({ summary: 'What agents may do again for me without asking', answer: standingPage })
  mine(@Query({ schema: listQuery }) query: z.output<typeof listQuery>, @CurrentCaller() caller: Caller) {
    return this.list(query, caller);
  }

  @Get('v1/operator/standing-approvals')
  @AllowCallers('operator')
  @Documented({ summary: 'List standing approvals for the dashboard', answer: standingView.array() })
  async listStanding(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const listed = await this.standing.listForOperators(page);
    return sendPage(reply, 'standing-approvals', page, listed).map(viewStanding);
  }

  @Get(['v1/standing-approvals/:id', 'v1/operator/standing-approvals/:id'])
  @AllowCallers('user', 'operator')
  @Documented({ summary: 'Read one standing approval, with its newest uses', answer: standingDetail })
  async getStandingApproval(@Param('id') id: string, @CurrentCaller() caller: CallerOf<'operator' | 'user'>) {
    return viewDetail(await this.standing.getStandingApproval(id, caller), await this.standing.usesOf(id));
  }

  @Audits('standing_approval.ended')
  @Delete(['v1/standing-approvals/:id', 'v1/operator/standing-approvals/:id'])
  @AllowCallers('user', 'operator')
  @Documented({
    summary: 'Take a standing approval back',
    description: 'From then on such calls ask again. One that has ended stays as it is.',
    answer: standingView,
  })
  async takeBack(
    @Param('id') id: string,
    @CurrentCaller() caller: CallerOf<'operator' | 'user'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return viewStanding(await this.standing.takeBack(id, caller, trace));
  }

  @Get('my-account/standing-approvals/:id')
  @AllowCallers('user')
  @Documented({ summary: 'Read one standing approval of mine', answer: standingDetail })
  myOwn(@Param('id') id: string, @CurrentCaller() caller: CallerOf<'user'>) {
    return this.getStandingApproval(id, caller);
  }

  @Audits('standing_approval.ended')
  @Delete('my-account/standing-approvals/:id')
  @AllowCallers('user')
  @Documented({ summary: 'Take a standing approval of mine back', answer: standingView })
  takeMineBack(
    @Param('id') id: string,
    @CurrentCaller() caller: CallerOf<'user'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.takeBack(id, caller, trace);
  }
}
