import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import { Audit, type AuditActor, type NewAuditEvent } from '../../audit/index.js';
import type { Connector } from '../../connectors/index.js';
import { Clock, type RequestTrace } from '../../platform/index.js';
import type { CheckAnswer } from './check-request.js';
import type { ConnectionReason, SealedConnection } from '../connection.js';
import { ConnectionsRepository } from '../connections.repository.js';
import { GrantTerminations } from '../grants/grant-terminations.js';

/** The caller of a check. */
export interface Checker {
  readonly actor: AuditActor;
  readonly agentId?: string | undefined;
  readonly trace?: RequestTrace | undefined;
}

/** One request of a check to the provider. */
export interface CheckCall {
  /** The id of the event of the intent. */
  readonly intent: string | undefined;
  readonly status: number | undefined;
  readonly durationMs: number;
}

/** A check under way, and its requests to the provider so far. */
export interface Check extends Checker {
  readonly calls: CheckCall[];
}

/** `scopes_changed`: it works, with other scopes than before. `unknown`: the provider gave no reliable answer. */
export type CheckResult = 'alive' | 'dead' | 'scopes_changed' | 'unknown';

/** Records a check: the evidence on the connection, and its audit events. */
@Injectable()
export class CheckOutcomes {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly grants: GrantTerminations,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async findConnection(id: string): Promise<SealedConnection | undefined> {
    return this.connections.findConnection(id);
  }

  /** Asks the provider, after the intent was recorded. */
  async asked(
    connection: SealedConnection,
    by: Check,
    ask: () => Promise<CheckAnswer>,
  ): Promise<CheckAnswer> {
    const attempt = by.calls.length + 1;
    const [intent] = await this.audit.record(eventOf(connection, by, 'intended', { attempt }));
    const startedAt = performance.now();
    const answer = await ask();
    const durationMs = Math.round(performance.now() - startedAt);
    by.calls.push({ intent: intent?.id, status: answer.status, durationMs });
    return answer;
  }

  async unknown(connection: SealedConnection, by: Check, why: string | undefined): Promise<CheckResult> {
    await this.audit.record(eventOf(connection, by, 'failed', { result: 'unknown', reason: why }));
    return 'unknown';
  }

  /** The token works. Its scopes are those that the provider reports now. */
  async alive(
    connection: SealedConnection,
    { preset }: Connector,
    { scopes }: CheckAnswer,
    by: Check,
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
    by: Check,
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
   * The refresh found out, and has recorded its own evidence.
   * @param refused the provider has refused the access token as well, however much time it has left
   */
  async deadByRefresh({ id }: SealedConnection, by: Check, refused: boolean): Promise<CheckResult> {
    const connection = await this.connections.findConnection(id);
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
  { id, userId, target, scopes }: SealedConnection,
  { actor, agentId, trace, calls }: Check,
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
    scopes,
    ...trace,
    ...(outcome === 'intended'
      ? { detail }
      : { ...madeOf(calls), detail: { ...detail, ...responseFacts(calls) } }),
  };
}

/** The requests of a check, summed up. */
function madeOf(calls: readonly CheckCall[]): Pick<NewAuditEvent, 'durationMs' | 'providerStatus'> {
  if (calls.length === 0) return {};
  const durationMs = calls.reduce((sum, call) => sum + call.durationMs, 0);
  return { durationMs, providerStatus: calls.at(-1)?.status };
}

function responseFacts(calls: readonly CheckCall[]) {
  return {
    intent: calls.at(-1)?.intent,
    calls: calls.map(({ status, durationMs }) => ({ status, durationMs })),
  };
}
