import { Injectable } from '@nestjs/common';
import { scopeSeparatorOf } from '../../connectors/index.js';
import { newId, type RequestTrace } from '../../platform/index.js';
import { AuthorizationRecords } from '../authorization-records.js';
import { IntendedConnections } from '../intended-connections.js';
import { AuthorizationRequests, parseScopes } from '../authorization-request.js';
import { AuthorizationsRepository } from '../authorizations.repository.js';

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
    private readonly opened: AuthorizationRecords,
  ) {}

  /** @throws Problem 422 `invalid_connector`, 400 `redirect_uri_not_allowed` or `invalid_scope`, 404, 400 by connectionId */
  async start(userId: string, verification: NewVerification, trace: RequestTrace) {
    const { connectionId, redirectUri, state } = verification;
    const connector = await this.opened.connector(verification.connectorId);
    this.opened.requireRedirectUri(redirectUri);
    const scopes = parseScopes(verification.scope, scopeSeparatorOf(connector));
    if (connectionId !== undefined) await this.intended.require({ userId, connector, connectionId });
    const id = newId('aut');
    const request = { authorizationId: id, userId, connector, scopes, connectionId, redirectUri, state };
    const prepared = await this.requests.prepare(request);
    const record = {
      id,
      kind: 'verification' as const,
      userId,
      connectorId: connector.id,
      agentId: undefined,
      returnUri: undefined,
      status: 'started' as const,
      redirectUri,
      requestedScopes: scopes,
      reasons: [],
      forConnectionId: connectionId,
      alias: undefined,
      stateHash: await this.records.stateHash(state),
      sealed: prepared.sealed,
    };
    const { expiresAt } = await this.opened.open({
      record,
      connector,
      actor: { type: 'user', id: userId },
      trace,
    });
    return { verificationRecordId: id, authorizationUri: prepared.authorizationUri, expiresAt };
  }
}
