import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import type { Transaction } from '../platform/index.js';
import type { ConnectionReason, SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { StoreGrant } from './store-grant.js';
import type { TokenSet } from './token-set.js';
import { TokenSetsRepository } from './token-sets.repository.js';

const SYSTEM: AuditActor = { type: 'system', id: 'refresh' };

/** What a refresh writes, each change with its audit event. */
@Injectable()
export class RefreshRows {
  constructor(
    readonly connections: ConnectionsRepository,
    readonly tokenSets: TokenSetsRepository,
    readonly storeGrant: StoreGrant,
    private readonly audit: Audit,
  ) {}

  /** Before the provider is asked: it may rotate the refresh token, and what it answers must then be writable. */
  async intend({ id, userId, target }: SealedConnection, version: number): Promise<void> {
    const detail = { version: version + 1 };
    await this.audit.record({
      type: 'token_set.refreshed',
      outcome: 'intended',
      actor: SYSTEM,
      userId,
      connectionId: id,
      target,
      detail,
    });
  }

  async replace(
    connection: SealedConnection,
    next: { version: number; holder: string; tokenSet: TokenSet; scopes: readonly string[]; at: Date },
  ): Promise<void> {
    const row = await this.storeGrant.seal(next.tokenSet, connection.id, connection.userId);
    await this.connections.inTransaction(async (tx) => {
      if (!(await this.tokenSets.replace(tx, connection.id, next.version, next.holder, row))) return;
      await this.connections.update(tx, connection.id, {
        scopes: [...next.scopes],
        reason: null,
        lastRefreshedAt: next.at,
      });
      await this.record(tx, connection, 'token_set.refreshed', 'succeeded', { version: next.version + 1 });
    });
  }

  async condemn(connection: SealedConnection, version: number, reason: ConnectionReason): Promise<void> {
    await this.connections.inTransaction(async (tx) => {
      if (!(await this.tokenSets.endRefresh(tx, connection.id, version))) return;
      await this.connections.update(tx, connection.id, { reason });
      await this.record(tx, connection, 'connection.expired', 'failed', { reason });
    });
  }

  async noteFailure(connection: SealedConnection, why: string): Promise<void> {
    await this.connections.inTransaction(async (tx) => {
      if (connection.reason !== 'refresh_failing')
        await this.connections.update(tx, connection.id, { reason: 'refresh_failing' });
      await this.record(tx, connection, 'token_set.refresh_failed', 'failed', { reason: why });
    });
  }

  private async record(
    tx: Transaction,
    { id, userId, target }: SealedConnection,
    type: 'token_set.refreshed' | 'token_set.refresh_failed' | 'connection.expired',
    outcome: 'succeeded' | 'failed',
    detail: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.recordIn(tx, { type, outcome, actor: SYSTEM, userId, connectionId: id, target, detail });
  }
}
