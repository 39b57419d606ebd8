import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ConnectorsService, type Connector } from '../../connectors/index.js';
import { backoffMs, Clock, failurePoint } from '../../platform/index.js';
import { WrongAudienceError } from '../../vault/index.js';
import { isUsable, type ConnectionReason, type SealedConnection } from '../connection.js';
import {
  AuthorizationServerUnavailable,
  type Grant,
  OAuthClient,
  TokenRequestRefused,
  type TokenSet,
} from '../../oauth/index.js';
import { ConnectionRevocations } from '../connection-revocations.js';
import type { HeldLease } from './refresh-lease.js';
import { RefreshOutcomes } from './refresh-outcomes.js';
import { REFRESH_WAITS } from './refresh-schedule.js';

export type RefreshOutcome =
  | { readonly done: true; readonly connection: SealedConnection }
  /** The grant has ended or cannot be refreshed: only the user can help. */
  | { readonly done: false; readonly permanent: true; readonly reason: ConnectionReason }
  /** A temporary failure of the provider; the connection is as valid as before. */
  | {
      readonly done: false;
      readonly permanent: false;
      readonly failure: string;
      readonly retryAfterMs?: number | undefined;
    };

/** The outcome of a refresh when the row holds another token set than the one that was to be refreshed, or none. */
export function outcomeOf(connection: SealedConnection | undefined): RefreshOutcome {
  if (connection && isUsable(connection)) return { done: true, connection };
  const reason = connection?.reason ?? (connection?.tokens ? 'expired' : 'disconnected');
  return { done: false, permanent: true, reason };
}

/** A failure that came this fast is retried at once: most of them are over by then. */
const BLIP_MS = 2_000;
const BLIP_PAUSE_MS = 250;
/** How long a token set that cannot be stored is kept in memory. */
const STORE_MS = 5 * 60_000;
const STORE_EVERY_MS = 500;

/** One refresh by the holder of the lease: asks the provider, stores the new token set, judges a refusal. */
@Injectable()
export class RefreshAttempt {
  constructor(
    private readonly rows: RefreshOutcomes,
    private readonly connectors: ConnectorsService,
    private readonly client: OAuthClient,
    private readonly revocations: ConnectionRevocations,
    private readonly clock: Clock,
  ) {}

  async attemptRefresh(lease: HeldLease): Promise<RefreshOutcome> {
    let unanswered = lease.unanswered;
    try {
      const connection = await this.rows.findConnection(lease.connectionId);
      if (!connection?.tokens) return { done: false, permanent: true, reason: 'disconnected' };
      const connector = await this.connectors.findConnector(connection.connectorId);
      if (!connector) throw new Error(`connector ${connection.connectorId} is gone`);
      const before = await this.opened(connection, lease);
      if (!before) return { done: false, permanent: true, reason: 'connector_moved' };
      await this.rows.intend(connection, lease);
      failurePoint('refresh.intended');
      const answer = await this.ask(connector, connection, before);
      if ('grant' in answer) return await this.keep(connection, lease, { ...answer.grant, connector });
      unanswered ||= answer.unanswered;
      return await this.judge(connection, connector, { ...lease, unanswered }, answer.error);
    } finally {
      // Last, so that the next holder of the lease finds the result in the row.
      await this.rows.release(lease, unanswered);
    }
  }

  /**
   * @returns `undefined` when the token set is bound to another place than its connector: the grant has ended here then
   */
  private async opened(connection: SealedConnection, lease: HeldLease): Promise<TokenSet | undefined> {
    try {
      return await this.rows.open(connection);
    } catch (error) {
      if (!(error instanceof WrongAudienceError)) throw error;
      await this.rows.condemn(connection, lease, 'connector_moved', this.clock.date());
      return undefined;
    }
  }

  /** Asks once, and once more when the first failure was brief. */
  private async ask(
    connector: Connector,
    { scopes }: SealedConnection,
    before: TokenSet,
  ): Promise<{ grant: Grant } | { error: unknown; unanswered: boolean }> {
    let unanswered = false;
    for (let last = false; ; last = true) {
      const startedAt = performance.now();
      try {
        const grant = await this.client.refresh(connector, before.refreshToken ?? '', scopes);
        failurePoint('refresh.answered');
        return { grant };
      } catch (error) {
        unanswered ||= error instanceof AuthorizationServerUnavailable && error.mayHaveArrived;
        if (last || !isBlip(error) || performance.now() - startedAt > BLIP_MS) return { error, unanswered };
      }
      await sleep(BLIP_PAUSE_MS);
    }
  }

  /**
   * Stores the new token set. A provider that rotates does not issue it twice, so an unreachable database is waited
   * for; a token set that cannot be stored because the connection was disconnected meanwhile is revoked.
   */
  private async keep(
    connection: SealedConnection,
    lease: HeldLease,
    grant: Grant & { readonly connector: Connector },
  ): Promise<RefreshOutcome> {
    const giveUpAt = performance.now() + STORE_MS;
    for (;;) {
      try {
        const replaced = await this.rows.replace(connection, lease, grant, this.clock.date());
        failurePoint('refresh.stored');
        if (replaced === 'gone')
          await this.revocations.getRevoker().revoke(connection, grant, this.clock.date());
        if (replaced !== 'held') return await this.stored(connection.id);
        if (performance.now() > giveUpAt) throw new Error('the lease stays with somebody else');
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
      }
      await sleep(STORE_EVERY_MS);
    }
  }

  private async stored(connectionId: string): Promise<RefreshOutcome> {
    return outcomeOf(await this.rows.findConnection(connectionId));
  }

  /**
   * A refusal counts only for the token set that is still stored: another process may have rotated the token meanwhile.
   */
  private async judge(
    connection: SealedConnection,
    connector: Connector,
    lease: HeldLease,
    error: unknown,
  ): Promise<RefreshOutcome> {
    const at = this.clock.date();
    if (error instanceof TokenRequestRefused && error.verdict.permanent) {
      const reread = await this.rows.findConnection(connection.id);
      if (reread?.tokens && reread.tokens.version !== lease.version) return outcomeOf(reread);
      const reason = reasonOf(error, connector, lease);
      await this.rows.condemn(connection, lease, reason, at);
      return { done: false, permanent: true, reason };
    }
    if (!(error instanceof TokenRequestRefused || error instanceof AuthorizationServerUnavailable))
      throw error;
    const failure = failureOf(error);
    // A server in trouble that asks for no wait gets the own one.
    const retryAfterMs = error.retryAfterMs === 0 ? undefined : error.retryAfterMs;
    const waitMs = retryAfterMs ?? backoffMs(REFRESH_WAITS, (connection.tokens?.failures ?? 0) + 1);
    const retryAt = new Date(at.getTime() + waitMs);
    await this.rows.noteFailure(connection, lease, { code: failure, at, retryAt });
    return { done: false, permanent: false, failure, retryAfterMs };
  }
}

/** A brief outage, as far as one response can show; a provider that asks to wait is not asked again. */
function isBlip(error: unknown): boolean {
  if (error instanceof AuthorizationServerUnavailable) return error.retryAfterMs === undefined;
  return error instanceof TokenRequestRefused && error.verdict.reason === 'transient';
}

/** A response with Retry-After counts as a rate limit, whatever the status. */
function failureOf(error: TokenRequestRefused | AuthorizationServerUnavailable): string {
  if (error.retryAfterMs !== undefined) return 'rate_limited';
  return error instanceof TokenRequestRefused ? error.verdict.reason : 'unavailable';
}

/** A rotating refresh token whose response was lost is used up: that was no revocation. */
function reasonOf(
  { verdict }: TokenRequestRefused,
  { preset }: Connector,
  lease: HeldLease,
): ConnectionReason {
  if (verdict.reason === 'reauthentication_required') return 'reauthentication_required';
  if (verdict.reason === 'expired') return 'expired';
  return lease.unanswered && preset.refresh !== 'static' ? 'refresh_answer_lost' : 'revoked';
}
