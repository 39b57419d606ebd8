import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import type { NewAuditEvent } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { failurePoint, Problem, type RequestTrace } from '../platform/index.js';
import type { Authorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { CallbackAnswers, type CallbackParameters } from './hosted/callback-answer.js';
import { PendingGrants } from './pending-grants.js';
import { ExchangeLease, HOLD_MS } from './exchange-lease.js';
import type { AccountGrant } from '../oauth/index.js';

/** The outcome of a step of an exchange, for the audit log. */
interface Step {
  readonly outcome: 'intended' | 'succeeded';
  readonly trace: RequestTrace;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** An authorization, and the states in which its grant may be obtained. */
interface Obtaining {
  readonly record: Authorization;
  readonly connector: Connector;
  readonly trace: RequestTrace;
  readonly from: readonly Authorization['status'][];
}

/**
 * Redeems an authorization code once. The grant is sealed with the authorization before anything else is done with it;
 * work that a crash interrupts is found by its lease, which is no longer extended.
 */
@Injectable()
export class CodeExchanges {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly answers: CallbackAnswers,
    private readonly grants: PendingGrants,
    private readonly lease: ExchangeLease,
  ) {}

  /**
   * @returns the grant; the record is `verified` then
   * @throws Problem as `CallbackAnswers` does, 409 `authorization_in_progress`, `authorization_already_used` or
   *   `account_mismatch`
   */
  async spend(
    record: Authorization,
    connector: Connector,
    answer: CallbackParameters,
    trace: RequestTrace,
  ): Promise<AccountGrant> {
    const code = await this.answers.check(record.kind, connector, answer);
    failurePoint('connect.code_received');
    return this.obtain({ record, connector, trace, from: ['started'] }, () =>
      this.answers.exchange(connector, record, code),
    );
  }

  /**
   * Obtains a grant while the record is held: one request at a time, and none once it is there.
   * @throws Problem 409 `authorization_in_progress` or `authorization_already_used`, and what `ask` throws
   */
  async obtain(
    { record, connector, trace, from }: Obtaining,
    ask: () => Promise<AccountGrant>,
  ): Promise<AccountGrant> {
    const event = eventOf(record, connector, { outcome: 'intended', trace });
    const taken = { status: 'exchanging' as const, holdMs: HOLD_MS };
    if (!(await this.records.move({ id: record.id, from }, taken, event))) throw await this.inUse(record.id);
    failurePoint('connect.exchanging');
    return this.lease.while(record.id, async () => {
      const grant = await ask();
      await this.keep(record, connector, grant, trace);
      failurePoint('connect.verified');
      return grant;
    });
  }

  private async keep(
    record: Authorization,
    connector: Connector,
    grant: AccountGrant,
    trace: RequestTrace,
  ): Promise<void> {
    const sealed = await this.grants.seal(record, connector, grant);
    const verified = {
      status: 'verified' as const,
      error: null,
      sealed,
      obtainedAt: new Date(grant.tokenSet.obtainedAt),
      grantedScopes: grant.scopes,
      // Only our own flow goes on by itself; the guide's waits for the calling app.
      holdMs: record.kind === 'hosted' ? HOLD_MS : null,
    };
    const missing = satisfies(connector.preset, grant.scopes, record.requestedScopes);
    const detail = { scopes: grant.scopes, notGranted: missing };
    const event = eventOf(record, connector, { outcome: 'succeeded', trace, detail });
    if (!(await this.records.move({ id: record.id, from: ['exchanging'] }, verified, event)))
      throw new Error(`authorization ${record.id} was taken over`);
  }

  private async inUse(id: string): Promise<Problem> {
    const now = await this.records.findAuthorization(id);
    if (now?.status === 'exchanging')
      return new Problem('authorization_in_progress', { retryAfterMs: HOLD_MS });
    return new Problem('authorization_already_used');
  }
}

function eventOf(
  record: Authorization,
  connector: Connector,
  { outcome, trace, detail = {} }: Step,
): NewAuditEvent {
  return {
    type: 'authorization.completed',
    outcome,
    actor: { type: 'user', id: record.userId },
    userId: record.userId,
    agentId: record.agentId,
    connectionId: record.forConnectionId,
    target: connector.target,
    ...trace,
    detail: { authorizationId: record.id, ...detail },
  };
}
