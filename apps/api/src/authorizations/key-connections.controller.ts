import { Body, Controller, Post } from '@nestjs/common';
import { z } from 'zod';
import { Audits, actorOf } from '../audit/index.js';
import {
  connectionView,
  ConnectionsService,
  ConnectionViews,
  requireTokenStorage,
} from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  invalidInput,
  Problem,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { userIdSchema } from '../users/index.js';
import { Authorizations } from './authorizations.js';
import { KeyEntry } from './key-entry.js';

const newKey = z.strictObject({
  userId: userIdSchema,
  target: z.string().min(1).describe("The connector's target or id: one over which users enter keys."),
  key: z
    .string()
    .max(4000)
    .default('')
    .describe('It is checked at the provider, and sealed. Left out where the connector asks for no sign-in.'),
  username: z
    .string()
    .min(1)
    .max(320)
    .optional()
    .describe('Where the connector asks for one beside the key.'),
  connectionId: z
    .string()
    .optional()
    .describe('The key of this very connection shall be replaced; that of another account is refused.'),
  alias: z.string().trim().min(1).max(64).optional().describe('Name of a new connection.'),
});

/**
 * Takes keys from the calling app. A user token says whose they are: an agent's key alone could give a user the account of
 * somebody else.
 */
@DocumentedUnder('connections')
@AllowCallers('user', 'operator')
@Controller('v1/connections')
export class KeyConnectionsController {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly authorizations: Authorizations,
    private readonly entry: KeyEntry,
    private readonly connections: ConnectionsService,
    private readonly views: ConnectionViews,
  ) {}

  @Audits(
    'authorization.started',
    'authorization.completed',
    'authorization.failed',
    'connection.created',
    'connection.reauthorized',
  )
  @Asks('authorization.create', 'body')
  @Post('keys')
  @Documented({
    summary: "Connect an account by a key of its user's, or replace the key of a connection",
    description:
      'The provider is asked whose key it is, so no account is named here. A key that it refuses is not stored.',
    status: 201,
    answer: connectionView,
    problems: [
      'invalid_connector',
      'connector_disabled',
      'token_storage_disabled',
      'other_user.authorization',
      'key_refused',
      'account_mismatch',
      'connection_mismatch',
      'alias_taken',
      'provider_unavailable.answer',
    ],
  })
  async create(
    @Body({ schema: newKey }) body: z.output<typeof newKey>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { userId, connectionId, alias, key, username } = body;
    if (caller.type === 'user' && caller.id !== userId) throw new Problem('other_user.authorization');
    const connector = await this.connectors.require(body.target);
    if (!connector.preset.key) throw invalidInput('target: is a connector over which users consent');
    requireTokenStorage(connector);
    const record = await this.authorizations.link({
      ...{ userId, connector, connectionId, alias, trace },
      once: true,
      scopes: [],
      reasons: [],
      actor: actorOf(caller),
    });
    const ended = await this.entry.enter(record, connector, { key, username }, trace);
    return this.views.one(await this.connections.getConnection(ended.connectionId ?? ''));
  }
}
