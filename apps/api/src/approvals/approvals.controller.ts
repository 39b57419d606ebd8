import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
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
} from '../platform/index.js';
import { APPROVAL_STATUSES } from './approval.js';
import { ApprovalDecisions, decisionSchema, type Decision } from './approval-decisions.js';
import { approvalView, viewApproval } from './approval.view.js';
import { Approvals } from './approvals.js';

const listQuery = cursorQuery.extend({
  status: z.enum(APPROVAL_STATUSES).optional(),
  userId: z.string().max(200).optional(),
  agentId: z.string().max(200).optional(),
});
const approvalPage = z.object({ data: approvalView.array(), nextCursor: z.string().optional() });
const DECISION_PROBLEMS = [
  'approver_is_requester',
  'approver_not_allowed',
  'approval_not_pending',
  'approval_widened',
] as const;

/** Calls that wait for a person, and the decisions about them. An agent sees its own and decides nothing. */
@DocumentedUnder('approvals')
@AllowCallers('agent', 'user', 'operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller()
export class ApprovalsController {
  constructor(
    private readonly approvals: Approvals,
    private readonly decisions: ApprovalDecisions,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Asks('approval.list', 'query', 'approval.read')
  @Get('v1/approvals')
  @Documented({
    summary: "List approvals, newest first: an agent's own, a user's own, all for operators",
    answer: approvalPage,
  })
  async list(
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ) {
    const { cursor, limit, ...filter } = query;
    const { data, ...rest } = await this.approvals.list(filter, { cursor, limit, mayShow }, caller);
    return { data: data.map((one) => viewApproval(one, this.settings.publicUrl)), ...rest };
  }

  @Get('my-account/approvals')
  @AllowCallers('user')
  @Documented({ summary: 'What waits for my decision, and what was decided', answer: approvalPage })
  mine(@Query({ schema: listQuery }) query: z.output<typeof listQuery>, @CurrentCaller() caller: Caller) {
    return this.list(query, caller);
  }

  @Get('v1/operator/approvals')
  @AllowCallers('operator')
  @Documented({ summary: 'List approvals for the dashboard', answer: approvalView.array() })
  async listApprovals(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const listed = await this.approvals.listForOperators(page);
    return sendPage(reply, 'approvals', page, listed).map((one) =>
      viewApproval(one, this.settings.publicUrl),
    );
  }

  @Asks('approval.read', 'approval')
  @Get(['v1/approvals/:id', 'v1/operator/approvals/:id'])
  @Documented({ summary: 'Read one approval, with its preview and arguments', answer: approvalView })
  async getApproval(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return viewApproval(await this.approvals.getApproval(id, caller), this.settings.publicUrl);
  }

  @Get('my-account/approvals/:id')
  @AllowCallers('user')
  @Documented({ summary: 'Read one approval of mine', answer: approvalView })
  myOwn(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.getApproval(id, caller);
  }

  @Audits('approval.agreed', 'approval.decided', 'standing_approval.created', 'task.finished')
  @Post(['v1/approvals/:id/decision', 'v1/operator/approvals/:id/decision'])
  @AllowCallers('user', 'operator')
  @Documented({
    summary: 'Approve or decline a call; agents cannot',
    description:
      'The first decision counts. Where two people have to agree (`needed`), the first yes is noted in `agreed`, and the approval stays pending until another person says yes as well; one no ends it. A decision can narrow what was asked for (fewer uses, fewer members that may vary, lower limits, a shorter time) and never widen it. An edit replaces the arguments, is judged by schema and policy like a new call, and the agent is told which members were changed.',
    answer: approvalView,
    problems: DECISION_PROBLEMS,
  })
  async decide(
    @Param('id') id: string,
    @Body({ schema: decisionSchema }) decision: Decision,
    @CurrentCaller() caller: CallerOf<'operator' | 'user'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return viewApproval(await this.decisions.decide(id, decision, caller, trace), this.settings.publicUrl);
  }

  @Audits('approval.agreed', 'approval.decided', 'standing_approval.created', 'task.finished')
  @Post('my-account/approvals/:id/decision')
  @AllowCallers('user')
  @Documented({
    summary: 'Approve or decline a call that is to be made for me',
    answer: approvalView,
    problems: DECISION_PROBLEMS,
  })
  decideMine(
    @Param('id') id: string,
    @Body({ schema: decisionSchema }) decision: Decision,
    @CurrentCaller() caller: CallerOf<'user'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.decide(id, decision, caller, trace);
  }
}
