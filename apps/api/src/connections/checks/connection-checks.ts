import { Injectable } from '@nestjs/common';
import type { Connector } from '../../connectors/index.js';
import { Cache, Clock, Problem } from '../../platform/index.js';
import { AccessTokens, type AccessToken } from '../access-tokens.js';
import { CheckOutcomes, type Check, type Checker, type CheckResult } from './check-outcomes.js';
import { CheckRequests, type CheckAnswer } from './check-request.js';
import { isUsable, type SealedConnection } from '../connection.js';

/** The shortest time between two checks of a connection; in between the last result is returned. */
const EVERY_MS = 10_000;
const MAX_REMEMBERED = 10_000;

/** The result of a check, and the connection after it. */
export interface Checked {
  readonly result: CheckResult;
  /** Whether the provider was asked now; otherwise this is the result of the last check. */
  readonly asked: boolean;
  readonly connection: SealedConnection;
}

/**
 * Live checks: the provider is asked whether a token still works. A refusal leads to one refresh and a second try, and
 * only then to a verdict; an outage changes nothing.
 */
@Injectable()
export class ConnectionChecks {
  private readonly last: Cache<Promise<CheckResult>>;

  constructor(
    private readonly tokens: AccessTokens,
    private readonly requests: CheckRequests,
    private readonly records: CheckOutcomes,
    private readonly clock: Clock,
  ) {
    this.last = new Cache({ most: MAX_REMEMBERED, lifeMs: EVERY_MS, clock });
  }

  /** @throws Problem 404 `token_not_found` when nothing is stored */
  async check(connection: SealedConnection, by: Checker): Promise<Checked> {
    if (!connection.tokens) throw new Problem('token_not_found', { reason: connection.reason });
    const { id } = connection;
    const known = this.last.get(id);
    const result = await (known ?? this.start(connection, by));
    return {
      result,
      asked: known === undefined,
      connection: (await this.records.findConnection(id)) ?? connection,
    };
  }

  private start(connection: SealedConnection, by: Checker): Promise<CheckResult> {
    const { id, checkedAt } = connection;
    // Another process may have asked just now.
    const isFresh = checkedAt !== undefined && this.clock.now() - checkedAt.getTime() < EVERY_MS;
    const result = isFresh
      ? Promise.resolve<CheckResult>(isUsable(connection) ? 'alive' : 'dead')
      : this.run(connection, by);
    this.last.set(id, result);
    // A failure of our own is not kept as the last result.
    result.catch(() => this.last.delete(id));
    return result;
  }

  private async run(connection: SealedConnection, checker: Checker): Promise<CheckResult> {
    const by: Check = { ...checker, calls: [] };
    const connector = await this.requests.connector(connection.connectorId);
    if (!connector) return this.records.unknown(connection, by, 'connector_missing');
    if (!this.requests.canJudge(connector, connection.scopes))
      return this.records.unknown(connection, by, 'scopes_do_not_allow');
    const first = await this.tokenOr(this.tokens.use(connection), connection, by);
    if (typeof first === 'string') return first;
    const answer = await this.ask(connector, first, by);
    if (answer.verdict !== 'dead') return this.conclude(connector, first, answer, by);
    const second = first.connection.tokens?.refreshable
      ? await this.tokenOr(this.tokens.renew(first.connection), connection, by, true)
      : first;
    if (typeof second === 'string') return second;
    return this.conclude(connector, second, await this.ask(connector, second, by), by);
  }

  private ask(connector: Connector, token: AccessToken, by: Check): Promise<CheckAnswer> {
    return this.records.asked(token.connection, by, () => this.requests.send(connector, token));
  }

  private conclude(
    connector: Connector,
    { connection }: AccessToken,
    answer: CheckAnswer,
    by: Check,
  ): Promise<CheckResult> {
    if (answer.verdict === 'unknown') return this.records.unknown(connection, by, answer.why);
    if (answer.verdict === 'dead') return this.records.dead(connection, by, { reason: 'revoked' });
    const isOther = answer.accountId !== undefined && answer.accountId !== connection.account.id;
    if (isOther)
      return this.records.dead(connection, by, {
        reason: 'reauthentication_required',
        failure: 'account_mismatch',
      });
    return this.records.alive(connection, connector, answer, by);
  }

  /** A token, or the result when a refresh shows that there will be none. */
  private async tokenOr(
    token: Promise<AccessToken>,
    connection: SealedConnection,
    by: Check,
    refused = false,
  ): Promise<AccessToken | CheckResult> {
    try {
      return await token;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'reauthorization_required')
        return this.records.deadByRefresh(connection, by, refused);
      if (error.code === 'provider_unavailable') return this.records.unknown(connection, by, 'unavailable');
      throw error;
    }
  }
}
