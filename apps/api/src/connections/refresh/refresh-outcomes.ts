import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor, type NewAuditEvent } from '../../audit/index.js';
import type { Connector } from '../../connectors/index.js';
import type { ConnectionReason, SealedConnection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { GrantTerminations } from '../grants/grant-terminations.js';
import type { HeldLease } from './refresh-lease.js';
import { StoreGrant } from '../grants/store-grant.js';
import type { Grant, TokenSet } from '../../oauth/index.js';
import { TokenSetsRepository, type RefreshFailure } from './token-sets.repository.js';

const SYSTEM: AuditActor = { type: 'system', id: 'refresh' };

/**
 * The outcome of writing a new token set. `superseded`: a newer one is stored. `gone`: the connection has none any
 * more. `held`: another process has the lease now and may be about to write.
 */
export type Replacement = 'stored' | 'superseded' | 'gone' | 'held';

/** The writes of a refresh, each change with its audit event. */
@Injectable()
export class RefreshOutcomes {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly tokenSets: TokenSetsRepository,
    private readonly storeGrant: StoreGrant,
    private readonly grantEnds: GrantTerminations,
    private readonly audit: Audit,
  ) {}

  findConnection(connectionId: string): Promise<SealedConnection | undefined> {
    return this.connections.findConnection(connectionId);
  }

  /** @throws UnsealError */
  open(connection: SealedConnection): Promise<TokenSet> {
    return this.storeGrant.open(connection);
  }

  /** Before the provider is asked: it may rotate the refresh token, so its response must be writable. */
  async intend(connection: SealedConnection, { version }: HeldLease): Promise<void> {
    const detail = { version: version + 1 };
    await this.audit.record(
      eventOf(connection, { type: 'token_set.refreshed', outcome: 'intended', detail }),
    );
  }

  async replace(
    connection: SealedConnection,
    { version, holder }: HeldLease,
    { tokenSet, scopes, connector }: Grant & { readonly connector: Connector },
    at: Date,
  ): Promise<Replacement> {
    const { id, userId, createdAt, lastUsedAt } = connection;
    const wanted = Math.max(createdAt.getTime(), lastUsedAt?.getTime() ?? 0);
    const row = await this.storeGrant.seal(tokenSet, { id, userId }, connector, wanted);
    const event = eventOf(connection, {
      type: 'token_set.refreshed',
      outcome: 'succeeded',
      detail: { version: version + 1 },
    });
    const lease = { connectionId: id, version, holder };
    const stored = await this.tokenSets.replace(lease, row, { scopes, at }, event);
    if (stored) return 'stored';
    const now = await this.tokenSets.version(id);
    if (now === undefined) return 'gone';
    return now === version ? 'held' : 'superseded';
  }

  /** The grant has ended, and its access token with it. A version that is no longer stored changes nothing. */
  async condemn(
    connection: SealedConnection,
    { version }: Pick<HeldLease, 'version'>,
    reason: ConnectionReason,
    at: Date,
  ): Promise<void> {
    await this.connections.inTransaction(async (tx) => {
      await this.grantEnds.endVersion(tx, connection, version, { reason, actor: SYSTEM, at, detail: {} });
    });
  }

  /** The refresh failed temporarily. A missing scope stays the connection's reason. */
  async noteFailure(
    connection: SealedConnection,
    { connectionId, version }: HeldLease,
    failure: RefreshFailure,
  ): Promise<void> {
    const event = eventOf(connection, {
      type: 'token_set.refresh_failed',
      outcome: 'failed',
      detail: { reason: failure.code },
    });
    await this.tokenSets.countFailure({ connectionId, version }, failure, event);
  }

  async release({ connectionId, holder }: HeldLease, unanswered: boolean): Promise<void> {
    await this.tokenSets.release(connectionId, holder, unanswered);
  }
}

function eventOf(
  { id, userId, target }: SealedConnection,
  what: Pick<NewAuditEvent, 'type' | 'outcome' | 'detail'>,
): NewAuditEvent {
  return { ...what, actor: SYSTEM, userId, connectionId: id, target };
}
