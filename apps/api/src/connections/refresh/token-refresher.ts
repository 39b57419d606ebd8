import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ConnectorsService } from '../../connectors/index.js';
import { Clock, Problem, retryAfterHeader } from '../../platform/index.js';
import { needsRefresh, tokenStatus, type ConnectionReason, type SealedConnection } from '../connection.js';
import { RefreshOutcomes } from './refresh-outcomes.js';
import { RefreshTokenSet } from './refresh-token-set.js';
import { TokenVault } from '../token-vault.js';

/** How long a reader waits for the refresh of a token that still works. */
const EARLY_MS = 2_000;
const DEFAULT_RETRY_MS = 5_000;

/** Brings a connection's token set up to date before it is used. */
@Injectable()
export class TokenRefresher {
  constructor(
    private readonly refreshTokenSet: RefreshTokenSet,
    private readonly connectors: ConnectorsService,
    private readonly rows: RefreshOutcomes,
    private readonly vault: TokenVault,
    private readonly clock: Clock,
  ) {}

  /**
   * The connection with a token set that has not expired.
   * @throws Problem 404 `token_not_found`, 403 `reauthorization_required` or `connector_disabled`, 503 `provider_unavailable`
   */
  async fresh(connection: SealedConnection): Promise<SealedConnection> {
    await this.connectors.require(connection.connectorId);
    const now = this.clock.now();
    const status = tokenStatus(connection, now);
    if (status === 'inactive') throw new Problem('token_not_found', { reason: connection.reason });
    if (!(await this.vault.isForConnector(connection))) throw await this.moved(connection);
    if (!needsRefresh(connection, now)) return connection;
    if (status === 'active') return this.early(connection, now);
    return this.renewed(connection);
  }

  /** The connection with another token set than this one. @throws Problem as `fresh` does */
  async renewed({ id, tokens, connectorId, failure }: SealedConnection): Promise<SealedConnection> {
    await this.connectors.require(connectorId);
    const leftAlone = (tokens?.retryAt?.getTime() ?? 0) - this.clock.now();
    if (failure === 'rate_limited' && leftAlone > 0) throw unavailable(leftAlone);
    const outcome = await this.refreshTokenSet.refresh(id, tokens?.version ?? 0);
    if (outcome.done) return outcome.connection;
    if (!outcome.permanent) throw unavailable(outcome.retryAfterMs);
    throw over(outcome.reason);
  }

  /** The connector was pointed elsewhere past us, in the database or by other base URLs: the tokens do not go there. */
  private async moved(connection: SealedConnection): Promise<Problem> {
    const { version = 0 } = connection.tokens ?? {};
    await this.rows.condemn(connection, { version }, 'connector_moved', this.clock.date());
    return over('connector_moved');
  }

  /** A token that still works is not withheld because its early refresh takes its time, or fails for now. */
  private async early(connection: SealedConnection, now: number): Promise<SealedConnection> {
    if ((connection.tokens?.retryAt?.getTime() ?? 0) > now) return connection;
    const renewed = this.renewed(connection).catch((error: unknown) => {
      if (error instanceof Problem && error.status < 500) throw error;
      return connection;
    });
    return Promise.race([renewed, sleep(EARLY_MS, connection, { ref: false })]);
  }
}

function over(reason: ConnectionReason): Problem {
  return new Problem('reauthorization_required', { reason });
}

function unavailable(retryAfterMs: number | undefined): Problem {
  return new Problem(
    'provider_unavailable.refresh',
    { retryAfterMs },
    retryAfterHeader(retryAfterMs ?? DEFAULT_RETRY_MS),
  );
}
