import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { Clock, Problem, type RequestTrace } from '../platform/index.js';
import { needsRefresh, tokenStatus, type SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { RefreshTokenSet } from './refresh-token-set.js';
import { StoreGrant } from './store-grant.js';
import type { TokenSet } from './token-set.js';

/** An access token that is good right now, and what goes with it. */
export interface AccessToken {
  readonly connection: SealedConnection;
  readonly tokenSet: TokenSet;
}

/** For whom a token is handed out, as the audit log keeps it. */
export interface Reader {
  readonly actor: AuditActor;
  readonly agentId?: string | undefined;
  readonly trace?: RequestTrace | undefined;
}

const USED_EVERY_MS = 30_000;

/** Gives out access tokens that work: refreshed when they must be, and never without a committed audit event. */
@Injectable()
export class AccessTokens {
  private readonly lastUsed = new Map<string, number>();

  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly refreshTokenSet: RefreshTokenSet,
    private readonly storeGrant: StoreGrant,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Hands the token itself to a user or agent. @throws Problem as `fresh` does */
  async read(connection: SealedConnection, reader: Reader): Promise<AccessToken> {
    const current = await this.fresh(connection);
    await this.audit.record({
      type: 'access_token.read',
      outcome: 'succeeded',
      actor: reader.actor,
      userId: current.userId,
      agentId: reader.agentId,
      connectionId: current.id,
      target: current.target,
      ...reader.trace,
      detail: {},
    });
    return this.open(current);
  }

  /**
   * A token for a call that we make ourselves; the caller has recorded its intent.
   * @throws Problem as `fresh` does
   */
  async use(connection: SealedConnection): Promise<AccessToken> {
    return this.open(await this.fresh(connection));
  }

  /** After the provider's 401: a token that is not `version` any more. @throws Problem as `fresh` does */
  async renew(connection: SealedConnection): Promise<AccessToken> {
    return this.open(await this.refreshed(connection));
  }

  /**
   * The connection with a token set that has not expired.
   * @throws Problem 404 `token_not_found`, 403 `reauthorization_required`, 503 `provider_unavailable`
   */
  private async fresh(connection: SealedConnection): Promise<SealedConnection> {
    const now = this.clock.now();
    const status = tokenStatus(connection, now);
    if (status === 'inactive')
      throw new Problem(404, 'token_not_found', 'No token is stored for this connection.', {
        reason: connection.reason,
      });
    if (!needsRefresh(connection, now)) return connection;
    return this.refreshed(connection).catch((error: unknown) => {
      // A token that still works is not withheld because an early refresh failed.
      if (status === 'active') return connection;
      throw error;
    });
  }

  private async refreshed(connection: SealedConnection): Promise<SealedConnection> {
    const outcome = await this.refreshTokenSet.refresh(connection.id, connection.tokens?.version ?? 0);
    if (outcome.done) return outcome.connection;
    if (outcome.permanent) {
      throw new Problem(
        403,
        'reauthorization_required',
        'This connection no longer works; the user has to connect the account again.',
        { reason: outcome.reason },
      );
    }
    throw new Problem(
      503,
      'provider_unavailable',
      'The provider cannot refresh this token right now; the connection itself is fine. Try again.',
      { retryable: true, retryAfterMs: outcome.retryAfterMs },
      { 'retry-after': String(Math.ceil((outcome.retryAfterMs ?? 5_000) / 1000)) },
    );
  }

  private async open(connection: SealedConnection): Promise<AccessToken> {
    if (!connection.sealed) throw new Error(`connection ${connection.id} holds no token set`);
    const tokenSet = await this.storeGrant.open(connection.sealed, connection.id, connection.userId);
    await this.noteUse(connection.id);
    return { connection, tokenSet };
  }

  private async noteUse(connectionId: string): Promise<void> {
    const now = this.clock.now();
    if (now - (this.lastUsed.get(connectionId) ?? 0) < USED_EVERY_MS) return;
    if (this.lastUsed.size > 100_000) this.lastUsed.clear();
    this.lastUsed.set(connectionId, now);
    await this.connections.used(connectionId, new Date(now));
  }
}
