import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { Clock, type RequestTrace } from '../platform/index.js';
import { ConnectionsRepository, GrantTerminations } from '../connections/index.js';
import type { AttemptEnd } from './revocation-attempt.js';
import { nextAttemptMs, revocationEvent, type Revocation, type RevocationCall } from './revocation.js';
import { RevocationsRepository } from './revocations.repository.js';

type End<Name extends AttemptEnd['end']> = Extract<AttemptEnd, { end: Name }>;

/** Records an attempt to revoke: the row, its audit event, and the connections that shared the grant. */
@Injectable()
export class RevocationOutcomes {
  constructor(
    private readonly rows: RevocationsRepository,
    private readonly connections: ConnectionsRepository,
    private readonly grants: GrantTerminations,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  connectorOf({ connectorId }: Revocation): Promise<Connector | undefined> {
    return this.grants.connector(connectorId);
  }

  /**
   * Asks the provider again now.
   * @returns false when there is nothing left to ask about
   */
  reopen(revocation: Revocation, actor: AuditActor, trace: RequestTrace): Promise<boolean> {
    return this.rows.inTransaction(async (tx) => {
      if (!(await this.rows.reopen(tx, revocation.id, this.clock.date()))) return false;
      const event = revocationEvent(revocation, { outcome: 'intended', detail: { retried: true } });
      await this.audit.recordIn(tx, { ...event, actor, ...trace });
      return true;
    });
  }

  async ended(revocation: Revocation, connector: Connector | undefined, attempt: AttemptEnd): Promise<void> {
    if (attempt.end === 'confirmed' && connector) return this.confirmed(revocation, connector, attempt);
    if (attempt.end === 'later') return this.later(revocation, connector, attempt);
    const reason = 'the provider offers no revocation';
    await this.finish(revocation, connector, { status: 'not_supported', reason }, attempt.call);
  }

  private async confirmed(
    revocation: Revocation,
    connector: Connector,
    { covers, accountId: sealedAccountId, of, call }: End<'confirmed'>,
  ): Promise<void> {
    const { id, connectionId, attempts } = revocation;
    const at = this.clock.date();
    const accountId = sealedAccountId ?? (await this.connections.findConnection(connectionId))?.account.id;
    await this.rows.inTransaction(async (tx) => {
      if (!(await this.rows.finish(tx, id, { status: 'confirmed', finishedAt: at, lastError: null }))) return;
      const event = revocationEvent(
        revocation,
        { target: connector.target, outcome: 'succeeded', detail: { attempts } },
        call,
      );
      if (accountId !== undefined && covers) {
        const detail = { cause: 'shared_grant_revoked', revocationId: id };
        const end = { reason: 'revoked' as const, actor: event.actor, at, detail };
        await this.grants.endShared(tx, { connector: of, accountId, before: covers }, end);
      }
      await this.audit.recordIn(tx, event);
    });
  }

  private async later(
    revocation: Revocation,
    connector: Connector | undefined,
    { why, retryAfterMs, call }: End<'later'>,
  ): Promise<void> {
    const { id, attempts } = revocation;
    const now = this.clock.now();
    const waitMs = nextAttemptMs(revocation, now, retryAfterMs);
    if (waitMs === undefined)
      return this.finish(revocation, connector, { status: 'given_up', reason: why }, call);
    const detail = { attempts, reason: why, retryInMs: waitMs };
    await this.rows.inTransaction(async (tx) => {
      if (await this.rows.retryAt(tx, id, new Date(now + waitMs), why))
        await this.audit.recordIn(
          tx,
          revocationEvent(revocation, { target: connector?.target, outcome: 'failed', detail }, call),
        );
    });
  }

  private async finish(
    revocation: Revocation,
    connector: Connector | undefined,
    { status, reason }: { status: 'not_supported' | 'given_up'; reason: string },
    call: RevocationCall | undefined,
  ): Promise<void> {
    const { id, attempts } = revocation;
    await this.rows.inTransaction(async (tx) => {
      const ended = { status, finishedAt: this.clock.date(), lastError: reason };
      if (!(await this.rows.finish(tx, id, ended))) return;
      const detail = { attempts, reason, final: true };
      await this.audit.recordIn(
        tx,
        revocationEvent(revocation, { target: connector?.target, outcome: 'failed', detail }, call),
      );
    });
  }
}
