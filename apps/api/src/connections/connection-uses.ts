import { Injectable } from '@nestjs/common';
import { connectorDisabled } from '../connectors/index.js';
import { isUnstorableText, Log, Problem } from '../platform/index.js';
import type { SealedConnection } from './connection.js';
import {
  ConnectionLookupsRepository,
  type ConnectionUse,
  type UsedConnection,
} from './connection-lookups.repository.js';

/** How often a connection is judged whose token set changes each time just before its use is recorded. */
const TRIES = 3;

/** Judges connections that were found: the one to be used, with the token set that is stored for it. */
export type Judge = (found: readonly SealedConnection[]) => Promise<SealedConnection>;

/**
 * Records uses of connections. The statement that looks a connection up records its use, so no change that was answered
 * before the request is missed. Where it has to be chosen or refreshed first, the use is recorded with the version of
 * the token set that was judged.
 */
@Injectable()
export class ConnectionUses {
  constructor(
    private readonly lookups: ConnectionLookupsRepository,
    private readonly log: Log,
  ) {}

  /**
   * @param judge asked where there is a choice or a doubt; throws the problem when none can be used
   * @throws Problem 503 `audit_unavailable` when the use cannot be recorded, 503 `unavailable` when the connection keeps
   *   changing, 403 `connector_disabled`
   */
  async record(use: ConnectionUse, judge: Judge): Promise<UsedConnection> {
    const { found, used } = await this.attempt(use);
    return used ?? this.recordJudged(use, judge, found);
  }

  /** As `record`, where each use has to be judged before it is recorded. */
  async judgeFirst(use: ConnectionUse, judge: Judge): Promise<UsedConnection> {
    return this.recordJudged(use, judge, await this.lookups.findConnections(use));
  }

  private async recordJudged(
    use: ConnectionUse,
    judge: Judge,
    first: readonly SealedConnection[],
  ): Promise<UsedConnection> {
    let found = first;
    for (let tries = 0; tries < TRIES; tries++) {
      const judged = await judge(found);
      if (judged.isConnectorDisabled) throw connectorDisabled(judged);
      const answer = await this.attempt({ ...use, connectionId: judged.id }, judged.tokens?.version);
      if (answer.used) return answer.used;
      ({ found } = answer);
    }
    throw new Problem('unavailable.changing', {}, { 'retry-after': '1' });
  }

  private async attempt(use: ConnectionUse, version?: number) {
    try {
      return await this.lookups.use(use, version);
    } catch (error) {
      if (isUnstorableText(error)) throw error;
      this.log.error('the use of a connection could not be recorded', { type: use.event.type, error });
      throw new Problem('audit_unavailable');
    }
  }
}
