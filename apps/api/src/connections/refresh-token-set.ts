import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { Clock, Log, randomSecret } from '../platform/index.js';
import type { ConnectionReason, SealedConnection } from './connection.js';
import { OAuthClient, TokenRequestRefused } from './oauth-client.js';
import { AuthorizationServerUnavailable } from './oauth-http.js';
import type { Grant, TokenSet } from './token-set.js';
import { RefreshRows } from './refresh-rows.js';

/** Longer than the slowest answer we wait for, so that a lease is not lost by a holder that is still alive. */
const LEASE_MS = 45_000;
const POLL_MS = 50;
const PATIENCE_MS = 60_000;

export type RefreshOutcome =
  | { readonly done: true; readonly connection: SealedConnection }
  /** The grant is dead or cannot be refreshed: only the user can help. */
  | { readonly done: false; readonly permanent: true; readonly reason: ConnectionReason }
  /** The provider is to blame for now; the connection is as good as before. */
  | { readonly done: false; readonly permanent: false; readonly retryAfterMs?: number | undefined };

/**
 * Refreshes a token set once, however many ask for it: callers in this process share one promise, processes share a
 * lease in the row. No database connection is held while the provider thinks, and a write only replaces the version
 * that was read.
 */
@Injectable()
export class RefreshTokenSet {
  private readonly inFlight = new Map<string, Promise<RefreshOutcome>>();
  private readonly holder = randomSecret(9);

  constructor(
    private readonly rows: RefreshRows,
    private readonly connectors: ConnectorsService,
    private readonly client: OAuthClient,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Replaces version `version` of the connection's token set, or waits for whoever is doing so. */
  refresh(connectionId: string, version: number): Promise<RefreshOutcome> {
    const key = `${connectionId} ${version}`;
    const running = this.inFlight.get(key);
    if (running) return running;
    const started = this.run(connectionId, version).finally(() => this.inFlight.delete(key));
    this.inFlight.set(key, started);
    return started;
  }

  private async run(connectionId: string, version: number): Promise<RefreshOutcome> {
    const holder = `${this.holder}.${randomSecret(6)}`;
    const patience = this.clock.now() + PATIENCE_MS;
    while (this.clock.now() < patience) {
      const connection = await this.rows.connections.find(connectionId);
      if (!connection?.tokens || !connection.sealed)
        return { done: false, permanent: true, reason: connection?.reason ?? 'disconnected' };
      if (connection.tokens.version !== version) return { done: true, connection };
      if (!connection.tokens.refreshable)
        return { done: false, permanent: true, reason: connection.reason ?? 'expired' };
      if (await this.rows.tokenSets.lease(connectionId, version, holder, LEASE_MS))
        return this.refreshUnderLease(connection, version, holder);
      await sleep(POLL_MS);
    }
    return { done: false, permanent: false };
  }

  private async refreshUnderLease(
    connection: SealedConnection,
    version: number,
    holder: string,
  ): Promise<RefreshOutcome> {
    const connector = await this.connectors.find(connection.connectorId);
    if (!connector) throw new Error(`connector ${connection.connectorId} is gone`);
    const before = await this.rows.storeGrant.open(
      connection.sealed ?? new Uint8Array(),
      connection.id,
      connection.userId,
    );
    try {
      await this.rows.intend(connection, version);
      const grant = await this.client.refresh(connector, before.refreshToken ?? '', connection.scopes);
      return await this.keep(connection, version, holder, { grant, before });
    } catch (error) {
      return this.judge(connection, connector, { version, holder, error });
    }
  }

  private async keep(
    connection: SealedConnection,
    version: number,
    holder: string,
    { grant, before }: { grant: Grant; before: TokenSet },
  ): Promise<RefreshOutcome> {
    const tokenSet = { ...grant.tokenSet, refreshToken: grant.tokenSet.refreshToken ?? before.refreshToken };
    await this.rows.replace(connection, {
      version,
      holder,
      tokenSet,
      scopes: grant.scopes,
      at: this.clock.date(),
    });
    const now = await this.rows.connections.find(connection.id);
    if (!now?.tokens) return { done: false, permanent: true, reason: 'disconnected' };
    return { done: true, connection: now };
  }

  /** `invalid_grant` condemns only what is still stored: another process may have rotated the token meanwhile. */
  private async judge(
    connection: SealedConnection,
    connector: Connector,
    failure: { version: number; holder: string; error: unknown },
  ): Promise<RefreshOutcome> {
    const { version, holder, error } = failure;
    if (error instanceof TokenRequestRefused && error.verdict.permanent) {
      const reread = await this.rows.connections.find(connection.id);
      if (reread?.tokens && reread.tokens.version !== version) return { done: true, connection: reread };
      const reason = reasonOf(error);
      await this.rows.condemn(connection, version, reason);
      return { done: false, permanent: true, reason };
    }
    // The lease goes back last: whoever takes it then writes what became of the connection, not we.
    try {
      if (!(error instanceof TokenRequestRefused || error instanceof AuthorizationServerUnavailable))
        throw error;
      const why = error instanceof TokenRequestRefused ? error.verdict.reason : 'unavailable';
      this.log.warn('refresh failed for now', {
        connectionId: connection.id,
        target: connector.target,
        reason: why,
      });
      await this.rows.noteFailure(connection, why);
      return { done: false, permanent: false, retryAfterMs: error.retryAfterMs };
    } finally {
      await this.rows.tokenSets.release(connection.id, holder);
    }
  }
}

function reasonOf({ verdict }: TokenRequestRefused): ConnectionReason {
  if (verdict.reason === 'reauthentication_required') return 'reauthentication_required';
  return verdict.reason === 'expired' ? 'expired' : 'revoked';
}
