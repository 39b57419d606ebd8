import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import type { Connector } from '../../connectors/index.js';
import { failurePoint, Problem, sameSecret, type RequestTrace } from '../../platform/index.js';
import type { Authorization } from '../authorization.js';
import { AuthorizationOutcomes } from '../authorization-outcomes.js';
import { AuthorizationRecords } from '../authorization-records.js';
import { AuthorizationsRepository } from '../authorizations.repository.js';
import type { CallbackParameters } from '../hosted/callback-answer.js';
import { CodeExchanges } from '../code-exchange.js';
import { PendingGrants } from '../pending-grants.js';
import { ConnectionsRepository, type GrantOwner, tokenStorageDisabled } from '../../connections/index.js';

export interface VerificationAnswer extends CallbackParameters {
  readonly state?: string | undefined;
  readonly redirectUri?: string | undefined;
}

/** The granted scopes, compared with the requested ones. */
export interface GrantedScopes {
  readonly grantedScopes: readonly string[];
  readonly missingScopes: readonly string[];
}

interface StoreRequest {
  readonly userId: string;
  readonly target: string;
  readonly recordId: string;
  readonly trace: RequestTrace;
}

/** The guide's last two steps: verify and store. The record belongs to the user who created it and works once. */
@Injectable()
export class Verifications {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly exchanges: CodeExchanges,
    private readonly grants: PendingGrants,
    private readonly outcomes: AuthorizationOutcomes,
    private readonly opened: AuthorizationRecords,
    private readonly connections: ConnectionsRepository,
  ) {}

  /**
   * Redeems the code. For a connector that stores no tokens this is the last step: the account is proven. If the
   * provider is down, the record stays as it was.
   */
  async verify(
    userId: string,
    recordId: string,
    answer: VerificationAnswer,
    trace: RequestTrace,
  ): Promise<GrantedScopes> {
    const record = await this.own(userId, recordId);
    this.requireFresh(record, ['started']);
    const { state } = answer;
    const stateHash = state === undefined ? undefined : await this.records.stateHash(state);
    requireMatch(record, stateHash, answer.redirectUri);
    const connector = await this.opened.connector(record.connectorId);
    const { preset } = connector;
    try {
      const grant = await this.exchanges.spend(record, connector, answer, trace);
      const { scopes } = grant;
      if (!connector.options.storeTokens)
        await this.grants.complete(record, grant, ownerOf(record, connector, trace));
      return { grantedScopes: scopes, missingScopes: satisfies(preset, scopes, record.requestedScopes) };
    } catch (error) {
      if (error instanceof Problem && error.code === 'authorization_in_progress') throw inProgress();
      if (error instanceof Problem && error.code === 'authorization_already_used') throw alreadyUsed();
      // A request without a code or an error is no answer of the provider: the right one may still come.
      if (!(error instanceof Problem && error.code === 'invalid_input'))
        await this.outcomes.failed(record, connector, error, trace);
      throw error;
    }
  }

  /**
   * Stores a verified grant; a second call for the same record changes nothing.
   * @param permit throws when this connection must not get it; called without an id for a new one
   * @returns the id of the connection, and which of the requested scopes it has now
   */
  async store(
    { userId, target, recordId, trace }: StoreRequest,
    permit: (connectionId: string | undefined) => Promise<void>,
  ): Promise<GrantedScopes & { readonly connectionId: string }> {
    const record = await this.own(userId, recordId);
    const connector = await this.opened.connector(record.connectorId);
    if (connector.target !== target)
      throw new Problem('verification_connector_mismatch', { target: connector.target });
    if (record.status === 'started') throw new Problem('verification_not_verified');
    let ended = record;
    if (record.status !== 'completed') {
      this.requireFresh(record, ['verified']);
      const grant = await this.grants.open(record, connector);
      const known = await this.connections.inTransaction((tx) =>
        this.connections.findAccount(tx, userId, connector.id, grant.account.id),
      );
      await permit(known?.id);
      ended = await this.grants.complete(record, grant, ownerOf(record, connector, trace));
      failurePoint('connect.stored');
    }
    const { connectionId, grantedScopes, requestedScopes } = ended;
    if (connectionId === undefined) throw tokenStorageDisabled(connector);
    const missingScopes = satisfies(connector.preset, grantedScopes, requestedScopes);
    return { connectionId, grantedScopes, missingScopes };
  }

  private async own(userId: string, recordId: string): Promise<Authorization> {
    const record = await this.records.findAuthorization(recordId);
    if (record?.kind !== 'verification') throw new Problem('verification_not_found').asDenial();
    if (record.userId !== userId) throw new Problem('verification_user_mismatch').asDenial();
    return record;
  }

  private requireFresh(record: Authorization, statuses: readonly Authorization['status'][]): void {
    if (record.status === 'denied') throw new Problem('authorization_denied');
    if (record.status === 'exchanging') throw inProgress();
    if (!statuses.includes(record.status)) throw alreadyUsed();
    if (this.opened.isExpired(record)) throw new Problem('verification_expired');
  }
}

function ownerOf(record: Authorization, connector: Connector, trace: RequestTrace): GrantOwner {
  const { userId, requestedScopes } = record;
  return { userId, connector, actor: { type: 'user', id: userId }, trace, requestedScopes };
}

function requireMatch(
  record: Authorization,
  stateHash: Uint8Array | undefined,
  redirectUri: string | undefined,
): void {
  if (!record.stateHash || !stateHash || !sameSecret(record.stateHash, stateHash)) {
    throw new Problem('state_mismatch');
  }
  if (redirectUri !== undefined && redirectUri !== record.redirectUri) {
    throw new Problem('redirect_uri_mismatch');
  }
}

function inProgress(): Problem {
  return new Problem('verification_in_progress', { retryAfterMs: 15_000 });
}

function alreadyUsed(): Problem {
  return new Problem('verification_already_used');
}
