import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Audits, AuditsNothing, actorOf } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentMayShow,
  CurrentTrace,
  cursorQuery,
  Documented,
  DocumentedUnder,
  type Caller,
  type MayShow,
  type RequestTrace,
} from '../platform/index.js';
import { AccessTokens } from './access-tokens.js';
import { connectionView } from './connection.view.js';
import { ConnectionViews } from './connection-views.js';
import { requireRawTokens } from './raw-tokens.js';
import { ConnectionsService } from './connections.service.js';
import type { Reader } from './reauthorization.js';

const listQuery = cursorQuery.extend({
  userId: z.string().optional(),
  target: z.string().optional(),
  status: z.enum(['active', 'expired', 'inactive']).optional(),
});
const connectionPage = z.object({ data: z.array(connectionView), nextCursor: z.string().optional() });
const tokenView = z.object({
  accessToken: z.string(),
  tokenType: z.string(),
  expiresAt: z.iso.datetime().optional(),
  scopes: z.array(z.string()),
});
const TOKEN_PROBLEMS = [
  'token_not_found',
  'connector_disabled',
  'token_storage_disabled',
  'reauthorization_required.link',
  'provider_unavailable.refresh',
] as const;

/** Users see their own connections only. */
function userOf(caller: Caller): string | undefined {
  return caller.type === 'user' ? caller.id : undefined;
}

function readerOf(caller: Caller, trace: RequestTrace): Reader {
  const who = caller.type === 'user' ? { mintedBy: caller.mintedBy } : { agentId: caller.id };
  return { actor: actorOf(caller), ...who, trace };
}

@DocumentedUnder('connections')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller()
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly tokens: AccessTokens,
    private readonly views: ConnectionViews,
  ) {}

  @Get('v1/connections')
  @Asks('connection.list', 'query', 'connection.read')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({ summary: 'List connections with their token status', answer: connectionPage })
  async list(
    @Query({ schema: listQuery }) query: z.output<typeof listQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentMayShow() mayShow?: MayShow,
  ) {
    const { cursor, limit, ...filter } = query;
    const own = userOf(caller);
    const { data, ...rest } = await this.connections.list(
      { ...filter, ...(own === undefined ? {} : { userId: own }) },
      cursor,
      limit,
      mayShow,
    );
    return { data: await this.views.all(data), ...rest };
  }

  @Get('my-account/connections')
  @AllowCallers('user')
  @Documented({ summary: 'My connections', answer: connectionPage })
  mine(@Query({ schema: listQuery }) query: z.output<typeof listQuery>, @CurrentCaller() caller: Caller) {
    return this.list(query, caller);
  }

  @Asks('connection.read', 'connection')
  @Get(['v1/connections/:id', 'my-account/connections/:id'])
  @AllowCallers('agent', 'user', 'operator')
  @Documented({ summary: 'Read one connection', answer: connectionView })
  async getConnection(@Param('id') id: string, @CurrentCaller() caller: Caller) {
    return this.views.one(await this.connections.getConnection(id, userOf(caller)));
  }

  @Audits('access_token.read', 'token_set.refreshed', 'token_set.refresh_failed', 'connection.expired')
  @Get('v1/connections/:id/access-token')
  @Asks('token.read', 'connection')
  @AllowCallers('agent', 'user')
  @Header('cache-control', 'no-store')
  @Documented({
    summary: 'Read the access token itself; only for agents that may have raw tokens',
    answer: tokenView,
    problems: [...TOKEN_PROBLEMS, 'raw_tokens_denied'],
  })
  async token(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof tokenView>> {
    requireRawTokens(caller);
    const { tokenSet, connection } = await this.tokens.read(
      { connectionId: id, userId: userOf(caller) },
      readerOf(caller, trace),
    );
    const { accessToken, tokenType, expiresAt } = tokenSet;
    return {
      accessToken,
      tokenType,
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
      scopes: [...connection.scopes],
    };
  }
}
