import { Body, Controller, Headers, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits } from '../audit/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedAnswer,
  DocumentedHeader,
  DocumentedUnder,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { userIdSchema } from '../users/index.js';
import { approvalAsk } from './approval-ask.js';
import { DirectRun } from './direct-run.js';
import { heldRunView } from './held-runs.js';
import { preferredWaitMs } from './preferred-wait.js';
import { asProblem } from './run-action.js';

const runBody = z.strictObject({
  userId: userIdSchema,
  connectionId: z
    .string()
    .optional()
    .describe('Needed when several connections of the user have the scopes.'),
  input: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("By the action's input schema, see GET /v1/actions."),
  approval: approvalAsk.optional(),
});
const runView = z.object({ output: z.unknown(), connectionId: z.string() });

/** Errors of running an action. */
export const RUN_PROBLEMS = [
  'unknown_action',
  'authorization_required',
  'insufficient_scope',
  'approval_required',
  'other_user',
  'ambiguous_connection',
  'conflict.provider',
  'connector_disabled',
  'connector_missing',
  'token_storage_disabled',
  'invalid_request.provider',
  'not_found',
  'rate_limited.provider',
  'unexpected_response.provider',
  'unavailable',
  'audit_unavailable',
] as const;

@DocumentedUnder('gateway')
@Controller('v1')
export class GatewayController {
  constructor(private readonly runs: DirectRun) {}

  @Audits(
    'action.run',
    'task.queued',
    'approval.requested',
    'approval.used',
    'standing_approval.used',
    'authorization.started',
    'token_set.refreshed',
    'token_set.refresh_failed',
    'connection.checked',
    'connection.expired',
  )
  @AsksInHandler('asks for the action itself, with its checked input: see ActionAccess')
  @Post('actions/:action')
  @AllowCallers('agent', 'user')
  @DocumentedHeader(
    'Prefer',
    '`wait=30`: hold the answer so many seconds, 60 at most, for a person to decide.',
  )
  @DocumentedAnswer({
    status: 202,
    description: 'A person has to agree first: the task that waits for it.',
    standardSchema: heldRunView as never,
  })
  @Documented({ summary: 'Run an action now', answer: runView, problems: RUN_PROBLEMS })
  async runAction(
    @Param('action') action: string,
    @Body({ schema: runBody }) body: z.output<typeof runBody>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
    @Headers('prefer') prefer: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof runView> | z.input<typeof heldRunView>> {
    const waitMs = preferredWaitMs(prefer);
    try {
      const answer = await this.runs.runCall({ ...body, action, caller, trace, waitMs });
      if (!('task' in answer)) return answer;
      if (waitMs > 0) void reply.header('preference-applied', `wait=${waitMs / 1_000}`);
      void reply.status(202);
      return answer.task;
    } catch (error) {
      throw asProblem(error);
    }
  }
}
