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

/** The caller as the one who runs something; operators run nothing. */
export function principalOf(caller: Caller): Principal {
  if (caller.type === 'operator') throw new Problem('wrong_credential_kind.action');
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
