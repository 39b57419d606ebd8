import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { findAction, type Action } from '@valetkey/providers';
import { z } from 'zod';
import { Audits, AuditsNothing, actorOf } from '../audit/index.js';
import { ConnectorsService, scopeSeparatorOf, type Connector } from '../connectors/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  notFound,
  Problem,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { userIdSchema } from '../users/index.js';
import type { Authorization } from './authorization.js';
import { parseScopes } from './authorization-request.js';
import { Authorizations } from './authorizations.js';
import { missingScopes } from './missing-scopes.js';

const newAuthorization = z
  .strictObject({
    userId: userIdSchema,
    target: z.string().min(1).describe("The connector's target or id."),
    actions: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('What the user shall be able to have done; their scopes are asked for.'),
    scopes: z.array(z.string().min(1)).optional().describe('Scopes by name, instead of or beside actions.'),
    connectionId: z
      .string()
      .optional()
      .describe('This very connection shall be widened or revived; another account is refused.'),
    alias: z
      .string()
      .trim()
      .min(1)
      .max(64)
      .optional()
      .describe('Name of a new connection, unique for this user and connector.'),
    redirectUri: z.url().optional().describe('Where the user goes afterwards; must be allowed.'),
  })
  .refine(({ actions, scopes }) => actions !== undefined || scopes !== undefined, 'name actions or scopes');

const authorizationView = z.object({
  id: z.string(),
  userId: z.string(),
  status: z.enum(['pending', 'completed', 'denied', 'failed', 'expired']),
  error: z.string().optional(),
  connectionId: z.string().optional().describe('The connection that it made, or that it is to widen.'),
  alias: z.string().optional(),
  requestedScopes: z.array(z.string()),
  grantedScopes: z.array(z.string()).optional().describe('What the user granted, once completed.'),
  missingScopes: z.array(z.string()).optional().describe('Requested and not granted, once completed.'),
  authorizationUri: z.url(),
  expiresAt: z.iso.datetime(),
});

@DocumentedUnder('connections')
@AllowCallers('agent', 'user', 'operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/authorizations')
export class AuthorizationsController {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly connectors: ConnectorsService,
  ) {}

  @Audits('authorization.started')
  @Asks('authorization.create', 'body')
  @Post()
  @Documented({
    summary: 'Make a link over which a user connects an account or grants more',
    status: 201,
    answer: authorizationView,
    problems: [
      'invalid_connector',
      'connector_disabled',
      'token_storage_disabled',
      'redirect_uri_not_allowed',
      'unknown_action.authorization',
      'connection_mismatch',
      'other_user',
      'not_found',
      'alias_taken',
    ],
  })
  async create(
    @Body({ schema: newAuthorization }) body: z.output<typeof newAuthorization>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    if (caller.type === 'user' && caller.id !== body.userId) throw new Problem('other_user.authorization');
    const connector = await this.connectors.require(body.target);
    const actions = (body.actions ?? []).map(requireAction);
    const record = await this.authorizations.link({
      userId: body.userId,
      connector,
      scopes: [
        ...parseScopes(body.scopes?.join(' '), scopeSeparatorOf(connector)),
        ...actions.flatMap(({ scopes }) => scopes),
      ],
      reasons: actions.map(({ title }) => title),
      agentId: caller.type === 'agent' ? caller.id : undefined,
      returnUri: body.redirectUri,
      connectionId: body.connectionId,
      alias: body.alias,
      actor: actorOf(caller),
      trace,
    });
    return this.view(record, connector);
  }

  @Asks('authorization.read', 'authorization')
  @Get(':id')
  @Documented({
    summary: 'How an authorization stands',
    answer: authorizationView,
  })
  async getAuthorization(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    const record = await this.authorizations.getAuthorization(id);
    const isMine =
      caller.type === 'operator' ||
      (caller.type === 'agent' ? record.agentId === caller.id : record.userId === caller.id);
    if (!isMine || record.kind !== 'hosted') throw notFound('authorization');
    return this.view(record, await this.authorizations.connectorOf(record));
  }

  private view(record: Authorization, connector: Connector): z.output<typeof authorizationView> {
    const { id, userId, error, connectionId, forConnectionId, alias, requestedScopes, expiresAt } = record;
    const isDone = record.status === 'completed';
    return {
      id,
      userId,
      status: this.statusOf(record),
      error,
      connectionId: connectionId ?? forConnectionId,
      alias,
      requestedScopes: [...requestedScopes],
      ...(isDone
        ? { grantedScopes: [...record.grantedScopes], missingScopes: missingScopes(record, connector) }
        : {}),
      authorizationUri: this.authorizations.pageUrl(id),
      expiresAt: expiresAt.toISOString(),
    };
  }

  private statusOf(record: Authorization): z.output<typeof authorizationView>['status'] {
    if (record.status === 'completed') return 'completed';
    if (this.authorizations.isExpired(record)) return 'expired';
    if (record.error === 'scopes_dropped') return 'pending';
    if (record.error === 'authorization_denied') return 'denied';
    return record.status === 'failed' || record.error !== undefined ? 'failed' : 'pending';
  }
}

function requireAction(id: string): Action {
  const action = findAction(id);
  if (action) return action;
  throw new Problem('unknown_action.authorization', { action: id.slice(0, 100) });
}
