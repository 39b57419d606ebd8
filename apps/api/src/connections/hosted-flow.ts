import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import { Problem, randomSecret, sameSecret, sha256, type RequestTrace } from '../platform/index.js';
import type { Authorization } from './authorization.js';
import { AuthorizationRequests } from './authorization-request.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { CallbackAnswers, type CallbackParameters } from './callback-answer.js';
import { GrantVault } from './grant-vault.js';
import { VerificationContext } from './verification-context.js';

/** How a trip ended: `problem` when it did not make a connection. */
export interface FinishedAuthorization {
  readonly record: Authorization;
  readonly connector: Connector;
  readonly problem?: Problem | undefined;
}

/** The way from our page to the provider and back. */
@Injectable()
export class HostedFlow {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly requests: AuthorizationRequests,
    private readonly answers: CallbackAnswers,
    private readonly grants: GrantVault,
    private readonly context: VerificationContext,
  ) {}

  async begin(record: Authorization): Promise<{ authorizationUri: string; browserSecret: string }> {
    const connector = await this.context.connector(record.connectorId);
    const state = randomSecret();
    const browserSecret = randomSecret();
    const { id: authorizationId, userId, requestedScopes: scopes, redirectUri } = record;
    const prepared = await this.requests.prepare({
      authorizationId,
      userId,
      connector,
      scopes,
      redirectUri,
      state,
    });
    const moved = await this.records.move(record.id, ['created', 'started'], {
      status: 'started',
      stateHash: sha256(state),
      browserHash: sha256(browserSecret),
      sealed: prepared.sealed,
    });
    if (!moved) throw used();
    return { authorizationUri: prepared.authorizationUri, browserSecret };
  }

  async finish(
    state: string,
    browserSecret: string | undefined,
    parameters: CallbackParameters,
    trace: RequestTrace,
  ): Promise<FinishedAuthorization> {
    const record = await this.records.findByState(sha256(state));
    if (!record)
      throw new Problem(
        400,
        'state_mismatch',
        'This callback belongs to no authorization that was started here.',
      );
    if (
      !record.browserHash ||
      browserSecret === undefined ||
      !sameSecret(record.browserHash, sha256(browserSecret))
    ) {
      throw new Problem(
        403,
        'browser_mismatch',
        'This authorization was started in another browser. Open the link again and finish it in one browser.',
      );
    }
    if (record.expiresAt.getTime() <= this.context.clock.now())
      throw new Problem(
        410,
        'authorization_expired',
        'This link is older than ten minutes. Ask for a new one.',
      );
    const connector = await this.context.connector(record.connectorId);
    try {
      const code = await this.answers.check(connector, parameters);
      if (!(await this.records.move(record.id, ['started'], { status: 'exchanging' }))) throw used();
      const grant = await this.answers.exchange(connector, record, code);
      const { userId, agentId, requestedScopes } = record;
      await this.grants.complete(record, grant, {
        userId,
        connector,
        actor: { type: 'user', id: userId },
        agentId,
        trace,
        requestedScopes,
      });
      return { record, connector };
    } catch (error) {
      return { record, connector, problem: await this.end(record, connector, error, trace) };
    }
  }

  private async end(
    record: Authorization,
    connector: Connector,
    error: unknown,
    trace: RequestTrace,
  ): Promise<Problem> {
    if (!(error instanceof Problem)) {
      await this.records.move(record.id, ['exchanging'], {
        status: 'failed',
        error: 'internal_error',
        sealed: null,
      });
      throw error;
    }
    if (error.code === 'authorization_already_used') return error;
    const denied = error.code === 'authorization_denied';
    await this.context.audit.record({
      type: denied ? 'authorization.denied' : 'authorization.failed',
      outcome: denied ? 'denied' : 'failed',
      actor: { type: 'user', id: record.userId },
      userId: record.userId,
      agentId: record.agentId,
      target: connector.target,
      ...trace,
      detail: { authorizationId: record.id, code: error.code },
    });
    // The link stays good until it expires: whoever declined or met an outage may try again from our page.
    await this.records.move(record.id, ['started', 'exchanging'], {
      status: 'created',
      error: error.code,
      sealed: null,
    });
    return error;
  }
}

function used(): Problem {
  return new Problem(409, 'authorization_already_used', 'This link has been used. Ask for a new one.');
}
