import { Injectable } from '@nestjs/common';
import type { Connector } from '../connectors/index.js';
import { newId, Problem, sameSecret, sha256, type RequestTrace } from '../platform/index.js';
import { AUTHORIZATION_MS, type Authorization } from './authorization.js';
import { AuthorizationRequests, parseScopes } from './authorization-request.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { CallbackAnswers, type AccountGrant, type CallbackParameters } from './callback-answer.js';
import { GrantVault } from './grant-vault.js';
import { VerificationContext } from './verification-context.js';

export interface NewVerification {
  readonly connectorId: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly scope?: string | undefined;
}

export interface VerificationAnswer extends CallbackParameters {
  readonly state?: string | undefined;
  readonly redirectUri?: string | undefined;
}

/**
 * The guide's three steps: start, verify, store. The record belongs to the user who made it, lives ten minutes and
 * works once.
 */
@Injectable()
export class Verifications {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly requests: AuthorizationRequests,
    private readonly answers: CallbackAnswers,
    private readonly grants: GrantVault,
    private readonly context: VerificationContext,
  ) {}

  /** @throws Problem 422 `invalid_connector`, 400 `redirect_uri_not_allowed` or `invalid_scope` */
  async start(userId: string, wish: NewVerification, trace: RequestTrace) {
    const { users, redirectUris, clock, audit } = this.context;
    const connector = await this.context.connector(wish.connectorId);
    redirectUris.require(wish.redirectUri);
    const scopes = parseScopes(wish.scope);
    await users.ensure(userId);
    const id = newId('aut');
    const prepared = await this.requests.prepare({
      authorizationId: id,
      userId,
      connector,
      scopes,
      redirectUri: wish.redirectUri,
      state: wish.state,
    });
    const expiresAt = new Date(clock.now() + AUTHORIZATION_MS);
    await audit.record({
      type: 'authorization.started',
      outcome: 'succeeded',
      actor: { type: 'user', id: userId },
      userId,
      target: connector.target,
      ...trace,
      detail: { authorizationId: id, scopes },
    });
    await this.records.create({
      id,
      kind: 'verification',
      userId,
      connectorId: connector.id,
      agentId: undefined,
      returnUri: undefined,
      status: 'started',
      redirectUri: wish.redirectUri,
      requestedScopes: scopes,
      reasons: [],
      stateHash: sha256(wish.state),
      sealed: prepared.sealed,
      expiresAt,
    });
    return { verificationRecordId: id, authorizationUri: prepared.authorizationUri, expiresAt };
  }

  /** Spends the code. A provider that is down leaves the record as it was. */
  async verify(
    userId: string,
    recordId: string,
    answer: VerificationAnswer,
    trace: RequestTrace,
  ): Promise<void> {
    const record = await this.own(userId, recordId);
    this.requireFresh(record, ['started']);
    requireMatch(record, answer);
    const connector = await this.context.connector(record.connectorId);
    const refuse = async (error: unknown) => this.end(record, connector, error, trace);
    const code = await this.answers.check(connector, answer).catch(refuse);
    if (!(await this.records.move(record.id, ['started'], { status: 'exchanging' }))) throw alreadyUsed();
    const grant = await this.answers.exchange(connector, record, code).catch(refuse);
    await this.records.move(record.id, ['exchanging'], {
      status: 'verified',
      sealed: await this.grants.seal(record, grant),
    });
  }

  /**
   * Stores a verified grant; a second call for the same record changes nothing.
   * @returns the id of the connection
   */
  async store(userId: string, target: string, recordId: string, trace: RequestTrace): Promise<string> {
    const record = await this.own(userId, recordId);
    const connector = await this.context.connector(record.connectorId);
    if (connector.target !== target)
      throw new Problem(
        400,
        'verification_connector_mismatch',
        `This verification record is for "${connector.target}".`,
      );
    if (record.status === 'completed' && record.connectionId) return record.connectionId;
    if (record.status === 'started')
      throw new Problem(400, 'verification_not_verified', 'Verify the record before its tokens are stored.');
    this.requireFresh(record, ['verified']);
    const owner = {
      userId,
      connector,
      actor: { type: 'user' as const, id: userId },
      trace,
      requestedScopes: record.requestedScopes,
    };
    const grant: AccountGrant = await this.grants.open(record);
    return this.grants.complete(record, grant, owner);
  }

  private async own(userId: string, recordId: string): Promise<Authorization> {
    const record = await this.records.find(recordId);
    if (record?.kind !== 'verification')
      throw new Problem(400, 'verification_not_found', 'There is no such verification record.');
    if (record.userId !== userId)
      throw new Problem(
        403,
        'verification_user_mismatch',
        'This verification record belongs to another user.',
      );
    return record;
  }

  private requireFresh(record: Authorization, statuses: readonly Authorization['status'][]): void {
    if (record.status === 'denied')
      throw new Problem(403, 'authorization_denied', 'The user declined; start again when they want to.');
    if (!statuses.includes(record.status)) throw alreadyUsed();
    if (record.expiresAt.getTime() <= this.context.clock.now())
      throw new Problem(
        410,
        'verification_expired',
        'This verification record is older than ten minutes. Start again.',
      );
  }

  private async end(
    record: Authorization,
    connector: Connector,
    error: unknown,
    trace: RequestTrace,
  ): Promise<never> {
    const problem = error instanceof Problem ? error : undefined;
    if (problem?.extensions['retryable'] === true) {
      await this.records.move(record.id, ['exchanging'], { status: 'started' });
      throw error;
    }
    const denied = problem?.code === 'authorization_denied';
    await this.context.audit.record({
      type: denied ? 'authorization.denied' : 'authorization.failed',
      outcome: denied ? 'denied' : 'failed',
      actor: { type: 'user', id: record.userId },
      userId: record.userId,
      target: connector.target,
      ...trace,
      detail: { authorizationId: record.id, code: problem?.code ?? 'internal_error' },
    });
    await this.records.move(record.id, ['started', 'exchanging'], {
      status: denied ? 'denied' : 'failed',
      error: problem?.code ?? 'internal_error',
      sealed: null,
    });
    throw error;
  }
}

function requireMatch(record: Authorization, { state, redirectUri }: VerificationAnswer): void {
  if (!record.stateHash || state === undefined || !sameSecret(record.stateHash, sha256(state))) {
    throw new Problem(
      400,
      'state_mismatch',
      'connectorData.state is not the state that this verification was started with.',
    );
  }
  if (redirectUri !== undefined && redirectUri !== record.redirectUri) {
    throw new Problem(
      400,
      'redirect_uri_mismatch',
      'connectorData.redirectUri is not the one that this verification was started with.',
    );
  }
}

function alreadyUsed(): Problem {
  return new Problem(
    409,
    'verification_already_used',
    'This verification record has been used. Start a new one.',
  );
}
