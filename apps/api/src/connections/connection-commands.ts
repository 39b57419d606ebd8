import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { actorOf } from '../audit/index.js';
import { Problem, type Caller, type RequestTrace } from '../platform/index.js';
import { AccessTokens } from './access-tokens.js';
import { ConnectionChanges } from './connection-changes.js';
import { ConnectionChecks, type Checked } from './checks/connection-checks.js';
import type { connectionChange } from './connection-commands.schemas.js';
import { ConnectionsService } from './connections.service.js';
import type { SealedConnection } from './connection.js';

/** Commands on a connection that the caller may see. */
@Injectable()
export class ConnectionCommands {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly tokens: AccessTokens,
    private readonly checks: ConnectionChecks,
    private readonly changes: ConnectionChanges,
  ) {}

  /** @throws Problem 404, 403 `reauthorization_required` with the link, 409 `not_refreshable`, 503 `provider_unavailable` */
  async refresh(id: string, caller: Caller, trace: RequestTrace): Promise<SealedConnection> {
    const connection = await this.findConnection(id, caller);
    if (!connection.tokens) throw new Problem('token_not_found', { reason: connection.reason });
    if (!connection.tokens.refreshable && this.connections.status(connection) === 'active')
      throw new Problem('not_refreshable');
    const agentId = caller.type === 'agent' ? caller.id : undefined;
    await this.tokens.renew(connection, { actor: actorOf(caller), agentId, trace });
    return this.connections.getConnection(id);
  }

  /** @throws Problem 404 */
  async check(id: string, caller: Caller, trace: RequestTrace): Promise<Checked> {
    const agentId = caller.type === 'agent' ? caller.id : undefined;
    return this.checks.check(await this.findConnection(id, caller), {
      actor: actorOf(caller),
      agentId,
      trace,
    });
  }

  /** @throws Problem 404, 409 `alias_taken` */
  async change(
    id: string,
    { alias }: z.output<typeof connectionChange>,
    caller: Caller,
    trace: RequestTrace,
  ): Promise<SealedConnection> {
    await this.changes.rename(await this.findConnection(id, caller), alias, actorOf(caller), trace);
    return this.connections.getConnection(id);
  }

  /** Users have their own connections only. */
  private findConnection(id: string, caller: Caller): Promise<SealedConnection> {
    return this.connections.getConnection(id, caller.type === 'user' ? caller.id : undefined);
  }
}
