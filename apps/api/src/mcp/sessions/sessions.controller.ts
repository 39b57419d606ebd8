import { Body, Controller, Delete, Get, Inject, Param, Patch, Post } from '@nestjs/common';
import { z } from 'zod';
import { changedBy } from '../../agents/index.js';
import { Audits, AuditsNothing } from '../../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  type Caller,
  type CallerOf,
  type RequestTrace,
} from '../../platform/index.js';
import { userIdSchema } from '../../users/index.js';
import { narrowerSchema, scopeSchema, type Session } from './session.js';
import { SessionsService } from './sessions.service.js';

const seconds = z.int().min(60).max(86_400).describe('Seconds until it ends by itself, a day at most.');
const newSession = scopeSchema.extend({
  userId: userIdSchema,
  agent: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Id of the agent whose policy decides; the caller where it is left out. Another only where the caller may mint user tokens.',
    ),
  expiresIn: seconds.default(3600),
});
const change = narrowerSchema.extend({ expiresIn: seconds.optional() });
const sessionView = z.object({
  id: z.string(),
  userId: z.string(),
  agentId: z.string(),
  tools: z.object({
    allow: z.array(z.string()).optional(),
    deny: z.array(z.string()),
    pinned: z.array(z.string()),
  }),
  connections: z.array(z.string()).optional(),
  client: z
    .object({ id: z.string(), name: z.string() })
    .optional()
    .describe('The client of its own that the user has let in; left out where an app made the session.'),
  url: z.url().describe('The MCP endpoint, to be called with the token.'),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
});
const newSessionView = sessionView.extend({
  token: z.string().describe('Shown this once; only its hash is kept.'),
});

/** Sessions for MCP clients: made by an app's back end, for one user and one agent. */
@DocumentedUnder('mcp')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly sessions: SessionsService,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Audits('session.created')
  @Asks('session.create', 'body')
  @Post()
  @AllowCallers('agent')
  @Documented({
    summary: 'Make a session in which an MCP client acts for a user',
    status: 201,
    answer: newSessionView,
    problems: ['session_agent_denied', 'not_found'],
  })
  async create(
    @Body({ schema: newSession }) body: z.output<typeof newSession>,
    @CurrentCaller() caller: CallerOf<'agent'>,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { tools, connections, ...rest } = body;
    const { session, token } = await this.sessions.create(
      { ...rest, scope: { tools, connections } },
      caller,
      trace,
    );
    return { ...this.view(session), token };
  }

  @Asks('session.read', 'session')
  @Get(':id')
  @AllowCallers('agent', 'operator')
  @Documented({ summary: 'Read a session', answer: sessionView })
  async getSession(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.view(await this.sessions.getSession(id, caller));
  }

  @Audits('session.narrowed')
  @Asks('session.narrow', 'session')
  @Patch(':id')
  @AllowCallers('agent', 'operator')
  @Documented({
    summary: 'Narrow a session, or let it end earlier; it is never widened',
    answer: sessionView,
    problems: ['session_ended', 'session_widened', 'not_found'],
  })
  async narrow(
    @Param('id') id: string,
    @Body({ schema: change }) body: z.output<typeof change>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.view(await this.sessions.narrow(id, body, caller, trace));
  }

  @Audits('session.ended', 'task.canceled', 'standing_approval.ended')
  @Asks('session.end', 'session')
  @Delete(':id')
  @AllowCallers('agent', 'operator')
  @Documented({ summary: 'End a session, and call off what waits in it', answer: sessionView })
  async end(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return this.view(await this.sessions.end(id, changedBy(caller, trace)));
  }

  private view({ id, userId, agentId, by, scope, createdAt, expiresAt, endedAt }: Session) {
    return {
      id,
      userId,
      agentId,
      ...scope,
      client: 'client' in by ? by.client : undefined,
      url: new URL('/mcp', this.settings.publicUrl).href,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      endedAt: endedAt?.toISOString(),
    };
  }
}
