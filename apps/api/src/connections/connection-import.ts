import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { AuditActor } from '../audit/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { Clock, type RequestTrace } from '../platform/index.js';
import { UsersService, userIdSchema } from '../users/index.js';
import { ConnectionsRepository } from './connections.repository.js';
import { requireTokenStorage } from './token-storage.js';
import { StoreGrant } from './store-grant.js';

/** A token set that was obtained elsewhere. */
export const importedTokenSet = z.strictObject({
  userId: userIdSchema,
  target: z.string().min(1),
  account: z.strictObject({
    id: z.string().min(1),
    name: z.string().optional(),
    email: z.string().optional(),
  }),
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1).optional(),
  expiresAt: z.iso.datetime({ offset: true }).optional(),
  scopes: z.array(z.string()),
});

/** Takes in token sets, sealed like any other. */
@Injectable()
export class ConnectionImport {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsRepository,
    private readonly users: UsersService,
    private readonly storeGrant: StoreGrant,
    private readonly clock: Clock,
  ) {}

  /** @returns the connection's id. @throws Problem 422 `invalid_connector` or `token_storage_disabled`, 403 `connector_disabled` */
  async import(
    input: z.output<typeof importedTokenSet>,
    actor: AuditActor,
    trace: RequestTrace,
  ): Promise<string> {
    const connector = await this.connectors.require(input.target);
    requireTokenStorage(connector);
    await this.users.ensure(input.userId);
    const { accessToken, refreshToken, expiresAt, scopes, account } = input;
    const tokenSet = {
      accessToken,
      refreshToken,
      tokenType: 'Bearer',
      expiresAt: expiresAt ? Date.parse(expiresAt) : undefined,
      obtainedAt: this.clock.now(),
    };
    const profile = {
      id: account.id,
      ...(account.name ? { name: account.name } : {}),
      ...(account.email ? { email: account.email } : {}),
    };
    const stored = await this.connections.inTransaction((tx) =>
      this.storeGrant.store(
        tx,
        { tokenSet, scopes, account: profile },
        { userId: input.userId, connector, actor, trace, requestedScopes: scopes },
      ),
    );
    return stored.connectionId;
  }
}
