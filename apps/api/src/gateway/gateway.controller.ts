import { Body, Controller, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Audits } from '../audit/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  Problem,
  randomSecret,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import type { Principal } from '../policies/index.js';
import { userIdSchema } from '../users/index.js';
import { ActionAccess } from './action-access.js';
import { asProblem, RunAction } from './run-action.js';

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
});
const runView = z.object({ output: z.unknown(), connectionId: z.string() });

/** Errors of running an action. */
export const RUN_PROBLEMS = {
  unknown_action: 404,
  authorization_required: 403,
  insufficient_scope: 403,
  approval_required: 403,
  other_user: 403,
  ambiguous_connection: 409,
  conflict: 409,
  connector_disabled: 403,
  connector_missing: 422,
  token_storage_disabled: 422,
  invalid_request: 422,
  not_found: 404,
  rate_limited: 429,
  unexpected_response: 502,
  unavailable: 503,
  audit_unavailable: 503,
};

/** The caller as the one who runs something; operators run nothing. */
export function principalOf(caller: Caller): Principal {
  if (caller.type === 'operator')
    throw new Problem(
      403,
      'wrong_credential_kind',
      'Operators run no actions; use an agent key or a user token.',
    );
  return { type: caller.type, id: caller.id };
}

@DocumentedUnder('gateway')
@Controller('v1')
export class GatewayController {
  constructor(
    private readonly access: ActionAccess,
    private readonly runner: RunAction,
  ) {}

  @Audits(
    'action.run',
    'authorization.started',
    'token_set.refreshed',
    'token_set.refresh_failed',
    'connection.checked',
    'connection.expired',
  )
  @AsksInHandler('asks for the action itself, with its checked input: see ActionAccess')
  @Post('actions/:action')
  @AllowCallers('agent', 'user')
  @Documented({ summary: 'Run an action now', answer: runView, problems: RUN_PROBLEMS })
  async run(
    @Param('action') action: string,
    @Body({ schema: runBody }) body: z.output<typeof runBody>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof runView>> {
    const checked = await this.access.check({ principal: principalOf(caller), ...body, action, trace });
    try {
      return await this.runner.run(checked, randomSecret(20));
    } catch (error) {
      throw asProblem(error);
    }
  }
}
