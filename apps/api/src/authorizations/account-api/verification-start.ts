import { Injectable } from '@nestjs/common';
import { scopeSeparatorOf } from '../../connectors/index.js';
import { newId, type RequestTrace } from '../../platform/index.js';
import { AUTHORIZATION_MS } from '../authorization.js';
import { IntendedConnections } from '../intended-connections.js';
import { AuthorizationRequests, parseScopes } from '../authorization-request.js';
import { AuthorizationsRepository } from '../authorizations.repository.js';
import { VerificationContext } from './verification-context.js';

export interface NewVerification {
  readonly connectorId: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly scope?: string | undefined;
  /** This very connection shall grow: another account is refused. */
  readonly connectionId?: string | undefined;
}

/** The first of the guide's three steps. The record belongs to the user who made it. */
@Injectable()
export class VerificationStart {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly requests: AuthorizationRequests,
    private readonly intended: IntendedConnections,
    private readonly context: VerificationContext,
  ) {}

  /** @throws Problem 422 `invalid_connector`, 400 `redirect_uri_not_allowed` or `invalid_scope`, 404, 400 by connectionId */
  async start(userId: string, verification: NewVerification, trace: RequestTrace) {
    const { users, redirectUris, clock, audit } = this.context;
    const { connectionId, redirectUri, state } = verification;
    const connector = await this.context.connector(verification.connectorId);
    redirectUris.require(redirectUri);
    const scopes = parseScopes(verification.scope, scopeSeparatorOf(connector));
    if (connectionId !== undefined) await this.intended.require({ userId, connector, connectionId });
    await users.ensure(userId);
    const id = newId('aut');
    const request = { authorizationId: id, userId, connector, scopes, connectionId, redirectUri, state };
    const prepared = await this.requests.prepare(request);
    const expiresAt = new Date(clock.now() + AUTHORIZATION_MS);
    await audit.record({
      type: 'authorization.started',
      outcome: 'succeeded',
      actor: { type: 'user', id: userId },
      userId,
      connectionId,
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
      redirectUri,
      requestedScopes: scopes,
      reasons: [],
      forConnectionId: connectionId,
      alias: undefined,
      stateHash: await this.records.stateHash(state),
      sealed: prepared.sealed,
      expiresAt,
    });
    return { verificationRecordId: id, authorizationUri: prepared.authorizationUri, expiresAt };
  }
}
