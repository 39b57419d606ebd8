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
import { RefreshRows } from './refresh-rows.js';
import { REFRESH_WAITS } from './refresh-schedule.js';

export type RefreshOutcome =
  | { readonly done: true; readonly connection: SealedConnection }
  /** The grant is dead or cannot be refreshed: only the user can help. */
  | { readonly done: false; readonly permanent: true; readonly reason: ConnectionReason }
  /** The provider is to blame for now; the connection is as good as before. */
  | {
      readonly done: false;
      readonly permanent: false;
      readonly failure: string;
      readonly retryAfterMs?: number | undefined;
    };

/** What a refresh comes to when the row holds another token set than the one that was to be refreshed, or none. */
export function outcomeOf(connection: SealedConnection | undefined): RefreshOutcome {
  if (connection && isUsable(connection)) return { done: true, connection };
  const reason = connection?.reason ?? (connection?.tokens ? 'expired' : 'disconnected');
  return { done: false, permanent: true, reason };
}

/** A failure that came so fast is tried again at once: most of them are over by then. */
const BLIP_MS = 2_000;
const BLIP_PAUSE_MS = 250;
/** How long a token set that cannot be stored is held on to. */
const STORE_MS = 5 * 60_000;
const STORE_EVERY_MS = 500;

/** One refresh by whoever holds the lease: ask the provider, keep what it gives, judge what it refuses. */
@Injectable()
export class RefreshAttempt {
  constructor(
    private readonly rows: RefreshRows,
    private readonly connectors: ConnectorsService,
    private readonly client: OAuthClient,
    private readonly revocations: ConnectionRevocations,
    private readonly clock: Clock,
  ) {}

  async run(lease: HeldLease): Promise<RefreshOutcome> {
    let unanswered = lease.unanswered;
    try {
      const connection = await this.rows.find(lease.connectionId);
      if (!connection?.tokens) return { done: false, permanent: true, reason: 'disconnected' };
      const connector = await this.connectors.find(connection.connectorId);
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
      // Last, so that whoever takes it then finds what became of the connection.
      await this.rows.release(lease, unanswered);
    }
  }

  /** @returns `undefined` when it is for another place than where its connector points: the grant is over here then */
  private async opened(connection: SealedConnection, lease: HeldLease): Promise<TokenSet | undefined> {
    try {
      return await this.rows.open(connection);
    } catch (error) {
      if (!(error instanceof WrongAudienceError)) throw error;
      await this.rows.condemn(connection, lease, 'connector_moved', this.clock.date());
      return undefined;
    }
  }

  /** Asks once, and once more when the first failure was no more than a blip. */
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
   * Stores what the provider gave. A provider that rotates will not give it twice, so a database that is away is
   * waited for; what cannot be stored because the connection was disconnected meanwhile is revoked.
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
        if (replaced === 'gone') await this.revocations.get().revoke(connection, grant, this.clock.date());
        if (replaced !== 'held') return await this.stored(connection.id);
        if (performance.now() > giveUpAt) throw new Error('the lease stays with somebody else');
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
      }
      await sleep(STORE_EVERY_MS);
    }
  }

  private async stored(connectionId: string): Promise<RefreshOutcome> {
    return outcomeOf(await this.rows.find(connectionId));
  }

  /** A refusal condemns only what is still stored: another process may have rotated the token meanwhile. */
  private async judge(
    connection: SealedConnection,
    connector: Connector,
    lease: HeldLease,
    error: unknown,
  ): Promise<RefreshOutcome> {
    const at = this.clock.date();
    if (error instanceof TokenRequestRefused && error.verdict.permanent) {
      const reread = await this.rows.find(connection.id);
      if (reread?.tokens && reread.tokens.version !== lease.version) return outcomeOf(reread);
      const reason = reasonOf(error, connector, lease);
      await this.rows.condemn(connection, lease, reason, at);
      return { done: false, permanent: true, reason };
    }
    if (!(error instanceof TokenRequestRefused || error instanceof AuthorizationServerUnavailable))
      throw error;
    const failure = failureOf(error);
    const waitMs = error.retryAfterMs ?? backoffMs(REFRESH_WAITS, (connection.tokens?.failures ?? 0) + 1);
    const retryAt = new Date(at.getTime() + waitMs);
    await this.rows.noteFailure(connection, lease, { code: failure, at, retryAt });
    return { done: false, permanent: false, failure, retryAfterMs: error.retryAfterMs };
  }
}

/** An outage, as far as one answer can tell; who asks to be left alone is left alone. */
function isBlip(error: unknown): boolean {
  if (error instanceof AuthorizationServerUnavailable) return error.retryAfterMs === undefined;
  return error instanceof TokenRequestRefused && error.verdict.reason === 'transient';
}

/** Whoever says when to come back is taken at their word, whatever the status. */
function failureOf(error: TokenRequestRefused | AuthorizationServerUnavailable): string {
  if (error.retryAfterMs !== undefined) return 'rate_limited';
  return error instanceof TokenRequestRefused ? error.verdict.reason : 'unavailable';
}

/** A refresh token that rotates and whose answer was lost is spent: that was no revocation. */
function reasonOf(
  { verdict }: TokenRequestRefused,
  { preset }: Connector,
  lease: HeldLease,
): ConnectionReason {
  if (verdict.reason === 'reauthentication_required') return 'reauthentication_required';
  if (verdict.reason === 'expired') return 'expired';
  return lease.unanswered && preset.refresh !== 'static' ? 'refresh_answer_lost' : 'revoked';
}
