import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { AuditsNothing } from '../audit/index.js';
import { AllowCallers, Documented, DocumentedUnder } from '../platform/index.js';
import { userIdSchema } from '../users/index.js';
import { AgentPermissions } from './agent-permissions.js';

const permissionsQuery = z.object({
  userId: userIdSchema
    .optional()
    .describe('For this user; left out: for any, which leaves rules about some users open.'),
});

const permissionView = z.object({
  action: z
    .string()
    .describe('An action, the forwarded requests of a provider, or a verb of ours, as rules name it.'),
  title: z.string().optional(),
  group: z.string().describe('A provider, or what a verb of ours is about.'),
  groupName: z.string().optional(),
  effect: z.enum(['read', 'write', 'destructive']),
  decision: z.enum(['allow', 'deny', 'require_approval']),
  code: z.string().optional().describe('The code of the problem that a call would answer.'),
  policies: z
    .array(z.string())
    .describe('Names of the rules that decide; none: the built-in policy, or a right of the agent.'),
  mayDiffer: z
    .array(z.string())
    .describe(
      'Names of rules that look at the call itself, or at the user: with them it can come out otherwise.',
    ),
});

const permissionsView = z.object({ data: z.array(permissionView) });

/** Everything that an agent may do, for the dashboard. */
@DocumentedUnder('agents')
@AuditsNothing('asks the policy: nothing runs and nothing is given out')
@AllowCallers('operator')
@Controller('v1/operator/agents/:id/permissions')
export class AgentPermissionsController {
  constructor(private readonly permissions: AgentPermissions) {}

  @Get()
  @Documented({
    summary: 'What an agent may do: every action and verb, the decision and the rule that makes it',
    description:
      'Of the providers that have a connector. Decided by the same function as calls, before there is an input: POST /v1/operator/policy-decisions says how one call would come out. Forwarded requests are each judged by what they do; the line of a provider says what holds for all that write.',
    answer: permissionsView,
  })
  async list(
    @Param('id') id: string,
    @Query({ schema: permissionsQuery }) { userId }: z.output<typeof permissionsQuery>,
  ): Promise<z.output<typeof permissionsView>> {
    const data = await this.permissions.list(id, userId);
    return {
      data: data.map(({ policies, mayDiffer, ...rest }) => ({
        ...rest,
        policies: [...policies],
        mayDiffer: [...mayDiffer],
      })),
    };
  }
}
