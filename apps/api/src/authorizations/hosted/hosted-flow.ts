import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Connector } from '../../connectors/index.js';
import { failurePoint, Problem, sameSecret, type RequestTrace } from '../../platform/index.js';
import type { Authorization } from '../authorization.js';
import { AuthorizationOutcomes } from '../authorization-outcomes.js';
import { AuthorizationRecords } from '../authorization-records.js';
import { AuthorizationsRepository } from '../authorizations.repository.js';
import type { CallbackParameters } from './callback-answer.js';
import { CodeExchanges } from '../code-exchange.js';
import { PendingGrants } from '../pending-grants.js';

/** The callback's parameters. */
export interface HostedAnswer extends CallbackParameters {
  /** The connector whose callback was called. */
  readonly target: string;
  readonly state: string;
  readonly browserSecret: string | undefined;
}

/** The end of an authorization: `problem` when it did not create or change a connection. */
export interface FinishedAuthorization {
  readonly record: Authorization;
  readonly connector: Connector;
  readonly problem?: Problem | undefined;
}

/** The callback of the provider. */
@Injectable()
export class HostedFlow {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly exchanges: CodeExchanges,
    private readonly grants: PendingGrants,
    private readonly outcomes: AuthorizationOutcomes,
    private readonly opened: AuthorizationRecords,
  ) {}

  /** @throws Problem when no authorization of this browser has that state; the authorization is not changed then */
  async finish(answer: HostedAnswer, trace: RequestTrace): Promise<FinishedAuthorization> {
    const record = await this.settled(await this.findRecord(answer));
    const connector = await this.opened.connector(record.connectorId);
    // A callback of another connector is another server's: its code is never redeemed (RFC 9700, 4.4).
    if (connector.target !== answer.target) {
      await this.outcomes.refused(record, connector, 'connector_mismatch', trace);
      throw new Problem('connector_mismatch');
    }
    // Opened again, by a reload or the back button: the outcome is shown again.
    if (isDone(record)) return { record, connector };
    if (this.opened.isExpired(record)) throw new Problem('authorization_expired');
    try {
      const grant =
        record.status === 'verified'
          ? await this.grants.open(record, connector)
          : await this.exchanges.spend(record, connector, answer, trace);
      const ended = await this.grants.complete(record, grant, ownerOf(record, connector, trace));
      failurePoint('connect.stored');
      return { record: ended, connector };
    } catch (error) {
      if (error instanceof Problem && INNOCENT.has(error.code)) {
        // It was opened more than once, and another request was faster: all of them show its outcome.
        const now = await this.settled(record, ['started', 'exchanging', 'verified'], error.code);
        return isDone(now) ? { record: now, connector } : { record, connector, problem: error };
      }
      await this.outcomes.failed(record, connector, error, trace);
      if (!(error instanceof Problem)) throw error;
      return { record, connector, problem: error };
    }
  }

  /** Stores the grant of an authorization that a crash interrupted. */
  async resume(record: Authorization): Promise<void> {
    const connector = await this.opened.connector(record.connectorId);
    await this.grants.complete(record, await this.grants.open(record, connector), ownerOf(record, connector));
  }

  /** The record, once the process that redeems its code has ended, or has taken too long. */
  private async settled(
    found: Authorization,
    busy: readonly Authorization['status'][] = ['exchanging'],
    code?: string,
  ): Promise<Authorization> {
    if (code === 'invalid_input') return found;
    let record = found;
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (busy.includes(record.status) && performance.now() < giveUpAt) {
      await sleep(LOOK_EVERY_MS);
      record = (await this.records.findAuthorization(record.id)) ?? record;
    }
    return record;
  }

  private async findRecord({ state, browserSecret }: HostedAnswer): Promise<Authorization> {
    const record = await this.records.findByState(state);
    if (!record) throw new Problem('state_mismatch.callback');
    const isSameBrowser =
      record.browserHash !== undefined &&
      browserSecret !== undefined &&
      sameSecret(record.browserHash, await this.records.browserHash(browserSecret));
    if (!isSameBrowser) {
      throw new Problem('browser_mismatch');
    }
    return record;
  }
}

/** How long a callback that is opened again waits for the first. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** The callback was processed; when the provider dropped scopes, our page says how to go on. */
function isDone({ status, error }: Authorization): boolean {
  return status === 'completed' || (status === 'created' && error === 'scopes_dropped');
}

/** The authorization is unchanged: another request works on it or has ended it, or this was no callback at all. */
const INNOCENT = new Set(['authorization_already_used', 'authorization_in_progress', 'invalid_input']);

function ownerOf(record: Authorization, connector: Connector, trace?: RequestTrace) {
  const { userId, agentId, requestedScopes, alias } = record;
  return {
    userId,
    connector,
    actor: { type: 'user' as const, id: userId },
    agentId,
    trace,
    requestedScopes,
    alias,
  };
}
