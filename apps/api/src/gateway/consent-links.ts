import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import { Authorizations } from '../authorizations/index.js';
import { requireTokenStorage, type SealedConnection } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import type { Principal } from '../policies/index.js';
import { Problem, type RequestTrace } from '../platform/index.js';

/** The consent that is lacking: of which user, for which scopes. */
export interface Consent {
  readonly provider: Provider;
  readonly request: {
    readonly principal: Principal;
    readonly userId: string;
    readonly trace?: RequestTrace | undefined;
  };
  /** The connection that does not work, or lacks the scopes. */
  readonly connection: SealedConnection | undefined;
  readonly scopes: readonly string[];
  /** Reasons that the user reads on the connect page. */
  readonly reasons: readonly string[];
}

/** Problems that the user solves by consent: each carries the link. */
@Injectable()
export class ConsentLinks {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly authorizations: Authorizations,
  ) {}

  /** No connection works: the problem 403 `authorization_required` with the link over which the user connects. */
  async authorizationRequired(consent: Consent): Promise<Problem> {
    const { connector, members } = await this.link(consent);
    const { connection, scopes } = consent;
    const why = connection ? 'no longer works' : 'is not there yet';
    return new Problem('authorization_required', {
      connector: connector.displayName,
      state: why,
      missingScopes: scopes,
      reason: connection?.reason,
      connectionId: connection?.id,
      ...members,
    });
  }

  /** A scope is missing: the problem 403 `insufficient_scope` with the link over which the user grants it. */
  async insufficientScope(consent: Consent, actionId: string): Promise<Problem> {
    const { members } = await this.link(consent);
    return new Problem('insufficient_scope', {
      action: actionId,
      missingScopes: consent.scopes,
      connectionId: consent.connection?.id,
      ...members,
    });
  }

  private async link({ provider, request, connection, scopes, reasons }: Consent) {
    const connectors = await this.connectors.requireForProvider(provider);
    const connector =
      connectors.find(({ id }) => id === connection?.connectorId) ??
      connectors.find(({ options }) => options.storeTokens) ??
      connectors[0];
    // Without token storage a consent would prove an account and change nothing for the action.
    requireTokenStorage(connector);
    const { principal, userId, trace } = request;
    const record = await this.authorizations.link({
      userId,
      connector,
      scopes,
      connectionId: connection?.id,
      reasons,
      agentId: principal.type === 'agent' ? principal.id : undefined,
      actor: principal,
      trace,
    });
    const members = {
      authorizationId: record.id,
      authorizationUri: record.authorizationUri,
      authorizationExpiresAt: record.expiresAt.toISOString(),
    };
    return { connector, members };
  }
}
