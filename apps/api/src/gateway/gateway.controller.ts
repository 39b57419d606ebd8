import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  Problem,
  randomSecret,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import type { Principal } from '../policies/index.js';
import { userIdSchema } from '../users/index.js';
import { ActionAccess } from './action-access.js';
import { Catalogue } from './catalogue.js';
import { asProblem, RunAction } from './run-action.js';

const runBody = z.strictObject({
  userId: userIdSchema,
  connectionId: z.string().optional().describe('Needed when several connections of the user fit.'),
  input: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("By the action's input schema, see GET /v1/actions."),
});
const runView = z.object({ output: z.unknown(), connectionId: z.string() });
const forUser = z.object({ userId: z.string().optional().describe('Adds readiness for this user.') });
const toolQuery = forUser.extend({ format: z.enum(['openai', 'anthropic', 'mcp']).default('mcp') });
const readiness = z.enum(['callable', 'needs_authorization', 'not_allowed']).optional();
const listOf = (item: z.ZodType) => z.object({ data: z.array(item) });
const providerView = z.looseObject({
  id: z.string(),
  displayName: z.string(),
  targets: z.array(z.string()),
  actions: z.array(z.string()),
});
const actionView = z.looseObject({
  id: z.string(),
  provider: z.string(),
  title: z.string(),
  summary: z.string(),
  effect: z.enum(['read', 'write', 'destructive']),
  scopes: z.array(z.string()),
  readiness,
});

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

@ApiTags('gateway')
@AuditsNothing('shows the catalogue and what a user could call; it calls nobody')
@Controller('v1')
export class GatewayController {
  constructor(
    private readonly access: ActionAccess,
    private readonly runner: RunAction,
    private readonly catalogue: Catalogue,
  ) {}

  @Get('providers')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'List providers, their scopes and the connectors that serve them',
    answer: listOf(providerView),
  })
  async providers() {
    return { data: await this.catalogue.providers() };
  }

  @Get('actions')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({ summary: 'List actions with their input and output schemas', answer: listOf(actionView) })
  async actions(
    @Query({ schema: forUser }) query: z.output<typeof forUser>,
    @CurrentCaller() caller: Caller,
  ) {
    return { data: await this.catalogue.actions(optionalPrincipal(caller), subject(caller, query.userId)) };
  }

  @Get('tools')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'List actions as tools for a language model',
    answer: listOf(z.looseObject({ readiness })),
  })
  async tools(
    @Query({ schema: toolQuery }) query: z.output<typeof toolQuery>,
    @CurrentCaller() caller: Caller,
  ) {
    return {
      data: await this.catalogue.tools(
        query.format,
        optionalPrincipal(caller),
        subject(caller, query.userId),
      ),
    };
  }

  @Audits(
    'action.run',
    'authorization.started',
    'token_set.refreshed',
    'token_set.refresh_failed',
    'connection.expired',
  )
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

function optionalPrincipal(caller: Caller): Principal | undefined {
  return caller.type === 'operator' ? undefined : { type: caller.type, id: caller.id };
}

/** Whose readiness is asked for; users may ask for their own only. */
function subject(caller: Caller, userId: string | undefined): string | undefined {
  return caller.type === 'user' ? caller.id : userId;
}
