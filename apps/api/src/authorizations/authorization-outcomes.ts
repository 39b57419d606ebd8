import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import type { Connector } from '../connectors/index.js';
import { Problem, type RequestTrace } from '../platform/index.js';
import type { Authorization, AuthorizationStatus } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';

/** Ends trips that made no connection, each with its audit event. */
@Injectable()
export class AuthorizationOutcomes {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly audit: Audit,
  ) {}

  /** Notes what went wrong. A record that somebody else has ended or taken over meanwhile stays as it is. */
  async failed(
    record: Authorization,
    connector: Connector,
    error: unknown,
    trace: RequestTrace,
  ): Promise<void> {
    const problem = error instanceof Problem ? error : undefined;
    const code = problem?.code ?? 'internal_error';
    const next = nextStatus(record, problem);
    const change = {
      status: next,
      error: code,
      holdMs: null,
      ...(next === 'started' ? {} : { sealed: null }),
    };
    await this.records.move({ id: record.id, from: ['started', 'exchanging'] }, change, {
      type: code === 'authorization_denied' ? 'authorization.denied' : 'authorization.failed',
      outcome: code === 'authorization_denied' ? 'denied' : 'failed',
      actor: { type: 'user', id: record.userId },
      userId: record.userId,
      agentId: record.agentId,
      connectionId: record.forConnectionId,
      target: connector.target,
      ...trace,
      detail: { authorizationId: record.id, code },
    });
  }

  /** Notes an answer that was not taken; the record waits on for its own. */
  async refused(
    record: Authorization,
    connector: Connector,
    code: string,
    trace: RequestTrace,
  ): Promise<void> {
    await this.audit.record({
      type: 'authorization.failed',
      outcome: 'denied',
      actor: { type: 'user', id: record.userId },
      userId: record.userId,
      agentId: record.agentId,
      target: connector.target,
      ...trace,
      detail: { authorizationId: record.id, code },
    });
  }
}

/**
 * A link of ours works until it expires: after a refusal or an outage the user may try again from our page. A record of
 * the guide's API works once; only if the provider was unavailable may its callback be repeated.
 */
function nextStatus({ kind }: Authorization, problem: Problem | undefined): AuthorizationStatus {
  if (kind === 'hosted') return 'created';
  if (problem?.extensions['retryable'] === true) return 'started';
  return problem?.code === 'authorization_denied' ? 'denied' : 'failed';
}
