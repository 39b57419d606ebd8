import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import { Audit, type AuditActor, type NewAuditEvent } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { Clock, type RequestTrace } from '../platform/index.js';
import type { CheckAnswer } from './check-request.js';
import type { ConnectionReason, SealedConnection } from './connection.js';
import { ConnectionsRepository } from './connections.repository.js';
import { GrantEnds } from './grant-ends.js';

/** Who has a connection checked. */
export interface Checker {
  readonly actor: AuditActor;
  readonly agentId?: string | undefined;
  readonly trace?: RequestTrace | undefined;
}

/** `scopes_changed`: it works, with other rights than before. `unknown`: the provider gave no answer to rely on. */
export type CheckResult = 'alive' | 'dead' | 'scopes_changed' | 'unknown';

/** What a check leaves behind: the evidence on the connection, and its audit events. */
@Injectable()
export class CheckRecords {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly grants: GrantEnds,
    private readonly audit: Audit,
    readonly clock: Clock,
  ) {}

  async find(id: string): Promise<SealedConnection | undefined> {
    return this.connections.find(id);
  }

  /** Before each request to the provider. */
  async intended(connection: SealedConnection, by: Checker, attempt: number): Promise<void> {
    await this.audit.record(eventOf(connection, by, 'intended', { attempt }));
  }

  async unknown(connection: SealedConnection, by: Checker, why: string | undefined): Promise<CheckResult> {
    await this.audit.record(eventOf(connection, by, 'failed', { result: 'unknown', reason: why }));
    return 'unknown';
  }

  /** The token works. What it may do is what the provider says now. */
  async alive(
    connection: SealedConnection,
    { preset }: Connector,
    { scopes }: CheckAnswer,
    by: Checker,
  ): Promise<CheckResult> {
    const lost = scopes ? satisfies(preset, scopes, connection.scopes) : [];
    const gained = scopes ? satisfies(preset, connection.scopes, scopes) : [];
    const changed = lost.length + gained.length > 0;
    const result = changed ? 'scopes_changed' : 'alive';
    await this.connections.inTransaction(async (tx) => {
      await this.connections.update(tx, connection.id, {
        checkedAt: this.clock.date(),
        ...(changed && scopes ? { scopes: [...scopes] } : {}),
        ...(lost.length > 0 ? { reason: 'scope_missing' } : {}),
      });
      const detail = { result, ...(changed ? { lost, gained } : {}) };
      await this.audit.recordIn(tx, eventOf(connection, by, 'succeeded', detail));
    });
    return result;
  }

  /** The provider refused the token, and a new one as well. */
  async dead(
    connection: SealedConnection,
    by: Checker,
    why: { reason: ConnectionReason; failure?: string },
  ): Promise<CheckResult> {
    const at = this.clock.date();
    const version = connection.tokens?.version ?? 0;
    await this.connections.inTransaction(async (tx) => {
      const end = { ...why, actor: by.actor, at, detail: { cause: 'live_check' } };
      await this.grants.endVersion(tx, connection, version, end);
      await this.connections.update(tx, connection.id, { checkedAt: at });
      await this.audit.recordIn(tx, eventOf(connection, by, 'succeeded', { result: 'dead', ...why }));
    });
    return 'dead';
  }

  /**
   * The refresh said so, and has left its own evidence.
   * @param refused the provider has refused the access token as well, whatever time it has left
   */
  async deadByRefresh({ id }: SealedConnection, by: Checker, refused: boolean): Promise<CheckResult> {
    const connection = await this.connections.find(id);
    if (!connection) return 'dead';
    const at = this.clock.date();
    await this.connections.inTransaction(async (tx) => {
      if (refused) await this.grants.endRefused(tx, connection, at);
      await this.connections.update(tx, id, { checkedAt: at });
      await this.audit.recordIn(
        tx,
        eventOf(connection, by, 'succeeded', { result: 'dead', cause: 'refresh' }),
      );
    });
    return 'dead';
  }
}

function eventOf(
  { id, userId, target }: SealedConnection,
  { actor, agentId, trace }: Checker,
  outcome: NewAuditEvent['outcome'],
  detail: Readonly<Record<string, unknown>>,
): NewAuditEvent {
  return {
    type: 'connection.checked',
    outcome,
    actor,
    agentId,
    userId,
    connectionId: id,
    target,
    ...trace,
    detail,
  };
}
