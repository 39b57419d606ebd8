import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  pageQuery,
  requireOwner,
  requireOwnerInPerson,
  requireStepUp,
  sendPage,
  StepUp,
  StepUpInHandler,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { changedBy } from './changed-by.js';
import { OperatorSessions } from './operator-sessions.js';
import { invitedView, operatorOf, operatorView, role, sessionOf, sessionRow } from './operators.schemas.js';
import { OperatorsService, type Invited } from './operators.service.js';

const invitation = z.strictObject({ email: z.email().max(320), role });
const operatorChange = z.object({ role: role.optional(), disabled: z.boolean().optional() });

/** The people who run the server, for owners; others see who they are. */
@DocumentedUnder('operators')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/operators')
export class OperatorsController {
  constructor(
    private readonly operators: OperatorsService,
    private readonly sessions: OperatorSessions,
  ) {}

  @Get()
  @Documented({ summary: 'List operators', answer: operatorView.array() })
  async listOperators(
    @Query({ schema: pageQuery }) page: PageRequest,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const found = await this.operators.listOperators(page);
    return sendPage(reply, 'operators', page, found).map((account) => operatorOf(account, caller));
  }

  @Get(':id')
  @Documented({ summary: 'Read one operator', answer: operatorView })
  async getOperator(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return operatorOf(await this.operators.getOperator(id), caller);
  }

  @Audits('operator.invited')
  @Post()
  @StepUp()
  @Documented({
    summary: 'Invite an operator',
    description:
      'Gives a link on which the invited person sets a password within 24 hours, or where they sign in at the issuer of single sign-on. Nothing is sent: pass it on yourself.',
    status: 201,
    answer: invitedView,
    problems: ['owner_required', 'key_not_allowed', 'email_taken'],
  })
  async invite(
    @Body({ schema: invitation }) body: z.output<typeof invitation>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwnerInPerson(caller);
    return invited(await this.operators.invite(body.email, body.role, changedBy(caller, trace)), caller);
  }

  @Audits('operator.invited')
  @Post(':id/invitations')
  @StepUp()
  @Documented({
    summary: 'Make a new link for an invitation; the link before it is over',
    status: 201,
    answer: invitedView,
    problems: ['owner_required', 'key_not_allowed', 'invitation_accepted'],
  })
  async inviteAgain(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwnerInPerson(caller);
    return invited(await this.operators.inviteAgain(id, changedBy(caller, trace)), caller);
  }

  @Audits('operator.link_allowed')
  @Post(':id/single-sign-on')
  @StepUp()
  @Documented({
    summary: "Let an operator's account be linked to single sign-on",
    description:
      "Within 24 hours, the first who signs in at the issuer with the account's verified e-mail address becomes this operator, in place of an identity that is linked. Without it, an e-mail address opens no account that is there already.",
    answer: operatorView,
    problems: ['owner_required', 'key_not_allowed', 'single_sign_on_off'],
  })
  async letLink(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwnerInPerson(caller);
    return operatorOf(await this.operators.letLink(id, changedBy(caller, trace)), caller);
  }

  @Audits('operator.updated')
  @Patch(':id')
  @StepUpInHandler('it gives a role or lets somebody in again; disabling stops somebody, and does not wait')
  @Documented({
    summary: "Change an operator's role, disable or enable them; it counts from their next request on",
    answer: operatorView,
    problems: ['owner_required', 'key_not_allowed', 'last_owner'],
  })
  async update(
    @Param('id') id: string,
    @Body({ schema: operatorChange }) body: z.output<typeof operatorChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwnerInPerson(caller);
    if (body.role !== undefined || body.disabled === false) requireStepUp(caller);
    return operatorOf(await this.operators.update(id, body, changedBy(caller, trace)), caller);
  }

  @Audits('operator.deleted')
  @Delete(':id')
  @StepUp()
  @Documented({
    summary: 'Remove an operator, with their sessions; the audit log keeps what they did',
    status: 204,
    problems: ['owner_required', 'key_not_allowed', 'last_owner'],
  })
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    requireOwnerInPerson(caller);
    await this.operators.remove(id, changedBy(caller, trace));
  }

  @Get(':id/sessions')
  @Documented({
    summary: 'List the open sessions of an operator',
    answer: sessionRow.array(),
    problems: ['owner_required'],
  })
  async listSessions(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    requireOwner(caller);
    const current = caller.type === 'operator' ? caller.sessionId : undefined;
    await this.operators.getOperator(id);
    return (await this.sessions.listOpen(id)).map((session) => sessionOf(session, current));
  }

  @Audits('operator.session_ended')
  @Delete(':id/sessions')
  @Documented({
    summary: 'End all sessions of an operator',
    status: 204,
    problems: ['owner_required'],
  })
  async endSessions(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    requireOwner(caller);
    await this.operators.getOperator(id);
    await this.sessions.endAll(id, changedBy(caller, trace));
  }
}

function invited({ operator, link }: Invited, caller: Caller): z.output<typeof invitedView> {
  return { ...operatorOf(operator, caller), link: link.url, linkUntil: link.until.toISOString() };
}
