import { Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { AuditActor } from '../../audit/index.js';
import { ConnectorsService, type Connector } from '../../connectors/index.js';
import { Clock, invalidInput, Problem, type RequestTrace } from '../../platform/index.js';
import { UsersService } from '../../users/index.js';
import { isUsable, type SealedConnection } from '../connection.js';
import type { importedTokenSet } from './connection-import.schemas.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { requireTokenStorage } from '../token-storage.js';
import { StoreGrant } from '../grants/store-grant.js';

type ImportedTokenSet = z.output<typeof importedTokenSet>;

/** The outcome for one token set. `kept`: the stored one is newer, or works while the age of this one is unknown. */
export interface Imported {
  readonly outcome: 'created' | 'updated' | 'kept';
  readonly connectionId: string;
}

/** Imports token sets that were obtained elsewhere, sealed like any other. */
@Injectable()
export class ConnectionImport {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsRepository,
    private readonly users: UsersService,
    private readonly storeGrant: StoreGrant,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 422 `invalid_connector`, `token_storage_disabled` or `key_needed`, 403 `connector_disabled`, 400 */
  async import(input: ImportedTokenSet, actor: AuditActor, trace: RequestTrace): Promise<Imported> {
    const connector = await this.connectors.require(input.target);
    requireTokenStorage(connector);
    if (connector.preset.key) throw new Problem('key_needed', { target: connector.target });
    const now = this.clock.now();
    const obtainedAt = input.obtainedAt === undefined ? undefined : Date.parse(input.obtainedAt);
    if (obtainedAt !== undefined && obtainedAt > now) throw invalidInput('obtainedAt: is in the future');
    await this.users.ensure(input.userId);
    return this.connections.inTransaction(async (tx) => {
      const { userId, account } = input;
      const known = await this.connections.findAccount(tx, userId, connector.id, account.id);
      if (known && isBetter(known, obtainedAt)) return { outcome: 'kept' as const, connectionId: known.id };
      const { connectionId, outcome } = await this.storeGrant.store(
        tx,
        grantOf(input, obtainedAt ?? now),
        ownerOf(input, connector, actor, trace),
      );
      if (outcome !== 'stored') return { outcome: 'kept' as const, connectionId };
      return { outcome: known ? ('updated' as const) : ('created' as const), connectionId };
    });
  }
}

/** Whether the stored token set must not be replaced by one of `obtainedAt`. */
function isBetter(known: SealedConnection, obtainedAt: number | undefined): boolean {
  if (!known.tokens) return false;
  return obtainedAt === undefined ? isUsable(known) : known.tokens.obtainedAt.getTime() >= obtainedAt;
}

function grantOf({ accessToken, refreshToken, expiresAt, scopes, account }: ImportedTokenSet, at: number) {
  return {
    tokenSet: {
      accessToken,
      refreshToken,
      tokenType: 'Bearer',
      expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
      obtainedAt: at,
    },
    scopes,
    account: {
      id: account.id,
      ...(account.name ? { name: account.name } : {}),
      ...(account.email ? { email: account.email } : {}),
    },
  };
}

function ownerOf(
  { userId, scopes, alias }: ImportedTokenSet,
  connector: Connector,
  actor: AuditActor,
  trace: RequestTrace,
) {
  return { userId, connector, actor, trace, requestedScopes: scopes, alias, imported: true };
}
