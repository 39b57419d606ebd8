import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
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
  sendPage,
  StepUp,
  StepUpInHandler,
  USER_TOKEN_RIGHTS,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import type { Agent } from './agents.repository.js';
import { AgentsService } from './agents.service.js';
import { changedBy } from './changed-by.js';

const name = z.string().trim().min(1).max(100);
const userTokens = z
  .enum(USER_TOKEN_RIGHTS)
  .describe(
    'Which user tokens the agent may mint. any: for the back end of an app, whose users read their own tokens. without_raw_tokens: such tokens read no access token. none: none. Only an owner gives any, which is what an owner gives when it is left out.',
  );
const userClients = z
  .boolean()
  .describe(
    'Whether users may let MCP clients that they bring themselves act as this agent, over OAuth, each for its own user and under the policy of this agent.',
  );
const newAgent = z.strictObject({
  name,
  rawTokens: z
    .boolean()
    .default(false)
    .describe("Whether the agent may read users' access tokens themselves. Only an owner gives this."),
  userTokens: userTokens.optional(),
  userClients: userClients.default(false),
});
// react-admin sends the whole record back; what cannot be changed is passed over.
const agentChange = z.object({
  name: name.optional(),
  rawTokens: z.boolean().optional(),
  userTokens: userTokens.optional(),
  userClients: userClients.optional(),
  disabled: z.boolean().optional(),
});
const keyView = z.object({
  id: z.string(),
  prefix: z.string(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().optional(),
  revokedAt: z.iso.datetime().optional(),
});
const agentView = z.object({
  id: z.string(),
  name: z.string(),
  rawTokens: z.boolean(),
  userTokens,
  userClients,
  createdAt: z.iso.datetime(),
  disabledAt: z.iso.datetime().optional(),
  keys: z.array(keyView),
});
const newAgentView = agentView.extend({
  key: z.string().describe('Shown this once; only its hash is kept.'),
});
const newKeyView = z.object({
  id: z.string(),
  key: z.string().describe('Shown this once; only its hash is kept.'),
});

@DocumentedUnder('agents')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1')
export class AgentsController {
  constructor(private readonly agents: AgentsService) {}

  @Audits('agent.created', 'agent_key.created')
  @Post(['agents', 'operator/agents'])
  @StepUp()
  @Documented({
    summary: 'Create an agent and its first key',
    status: 201,
    answer: newAgentView,
    problems: ['owner_required'],
  })
  async create(
    @Body({ schema: newAgent }) body: z.output<typeof newAgent>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { key, ...agent } = await this.agents.create(body.name, body, changedBy(caller, trace));
    return { ...view(agent), key };
  }

  @Get('operator/agents')
  @Documented({ summary: 'List agents', answer: agentView.array() })
  async listAgents(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'agents', page, await this.agents.listAgents(page)).map(view);
  }

  @Get('operator/agents/:id')
  @Documented({ summary: 'Read one agent', answer: agentView })
  async getAgent(@Param('id') id: string) {
    return view(await this.agents.getAgent(id));
  }

  @Audits('agent.updated', 'schedule.paused', 'task.canceled', 'standing_approval.ended')
  @Put('operator/agents/:id')
  @StepUpInHandler('it grants rights to access tokens')
  @Documented({
    summary: 'Change an agent (the same as PATCH)',
    answer: agentView,
    problems: ['owner_required'],
  })
  put(
    @Param('id') id: string,
    @Body({ schema: agentChange }) body: z.output<typeof agentChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.update(id, body, caller, trace);
  }

  @Audits('agent.updated', 'schedule.paused', 'task.canceled', 'standing_approval.ended')
  @Patch('operator/agents/:id')
  @StepUpInHandler('it grants rights to access tokens')
  @Documented({
    summary:
      'Rename, disable or enable an agent, or change what it may have beyond actions; disabling calls off its open tasks',
    answer: agentView,
    problems: ['owner_required'],
  })
  async update(
    @Param('id') id: string,
    @Body({ schema: agentChange }) body: z.output<typeof agentChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return view(await this.agents.update(id, body, changedBy(caller, trace)));
  }

  @Audits('agent_key.created')
  @Post('operator/agents/:id/keys')
  @StepUp()
  @Documented({
    summary: 'Add a key to an agent',
    status: 201,
    answer: newKeyView,
    problems: ['owner_required'],
  })
  addKey(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return this.agents.addKey(id, changedBy(caller, trace));
  }

  @Audits('agent_key.revoked', 'schedule.paused', 'task.canceled', 'standing_approval.ended')
  @Delete('operator/agents/:id/keys/:keyId')
  @Documented({
    summary: 'Revoke a key at once, and call off what was queued with it',
    status: 204,
  })
  revokeKey(
    @Param('id') id: string,
    @Param('keyId') keyId: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.agents.revokeKey(id, keyId, changedBy(caller, trace));
  }
}

function view({
  id,
  name: agentName,
  rawTokens,
  userTokens: mayMint,
  userClients: isOpen,
  createdAt,
  disabledAt,
  keys,
}: Agent): z.output<typeof agentView> {
  return {
    id,
    name: agentName,
    rawTokens,
    userTokens: mayMint,
    userClients: isOpen,
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString(),
    keys: keys.map((key) => ({
      id: key.id,
      prefix: key.prefix,
      createdAt: key.createdAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString(),
      revokedAt: key.revokedAt?.toISOString(),
    })),
  };
}
