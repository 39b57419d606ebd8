import { Injectable } from '@nestjs/common';
import { Authorizations, parseScopes } from '../authorizations/index.js';
import { connectorDisabled, scopeSeparatorOf } from '../connectors/index.js';
import { readingConsent } from '../gateway/index.js';
import { invalidInput, type CallerOf, type RequestTrace } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import { userIdSchema } from '../users/index.js';
import { Integrations, type Integration } from './integrations.js';
import { NamedConnections } from './named-connections.js';
import type { NewSession, ReconnectSession } from './nango.schemas.js';
import { notSupported } from './unsupported.js';

/** A connect session as Nango answers it. `token` is the id of our authorization, and no secret. */
export interface ConnectSession {
  readonly token: string;
  readonly connect_link: string;
  readonly expires_at: string;
}

interface Wanted {
  readonly userId: string;
  readonly integration: Integration;
  readonly scopes: readonly string[] | undefined;
  readonly connectionId?: string | undefined;
}

/** Makes the links behind connect sessions. */
@Injectable()
export class ConnectLinks {
  constructor(
    private readonly integrations: Integrations,
    private readonly named: NamedConnections,
    private readonly authorizations: Authorizations,
    private readonly policies: PoliciesService,
  ) {}

  /** @throws Problem 400 without a user or with other than one integration; 403 by policy; and as links are refused */
  async connect(
    session: NewSession,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<ConnectSession> {
    refuseIgnored(session);
    const [key, ...others] = session.allowed_integrations ?? [];
    if (key === undefined || others.length > 0)
      throw invalidInput(
        'allowed_integrations: name exactly one. A link of Valetkey connects one account; make a session for each.',
      );
    const userId = userOf(session);
    await this.requireAllowed(userId, caller, trace);
    const integration = await this.integrations.require(key);
    return this.link({ userId, integration, scopes: scopesIn(session, integration) }, caller, trace);
  }

  /** @throws Problem 404 for the connection; 403 by policy; and as links are refused */
  async reconnect(
    session: ReconnectSession,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<ConnectSession> {
    refuseIgnored(session);
    const { integration_id: key, connection_id: id } = session;
    const found = await this.named.require({ key, id }, 'authorization.create', caller, trace);
    const { connection } = found;
    const ofIts = found.integration.connectors.find((one) => one.id === connection.connectorId);
    const integration = {
      ...found.integration,
      connectors: [ofIts ?? found.integration.connectors[0]] as const,
    };
    const scopes = scopesIn(session, integration) ?? connection.scopes;
    return this.link(
      { userId: connection.userId, integration, scopes, connectionId: connection.id },
      caller,
      trace,
    );
  }

  private async requireAllowed(
    userId: string,
    { id }: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<void> {
    const principal = { type: 'agent', id } as const;
    const action = verbAction('authorization.create');
    await this.policies.require({ principal, userId, action, context: {} }, trace);
  }

  private async link(
    { userId, integration, scopes, connectionId }: Wanted,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<ConnectSession> {
    const [connector] = integration.connectors;
    if (connector.disabledAt) throw connectorDisabled(connector);
    const reading = integration.providers.map(readingConsent);
    const record = await this.authorizations.link({
      userId,
      connector,
      scopes: scopes ?? reading.flatMap((one) => one.scopes),
      reasons: scopes ? [] : reading.flatMap((one) => one.reasons),
      connectionId,
      agentId: caller.id,
      actor: { type: 'agent', id: caller.id },
      trace,
    });
    const { id: token, authorizationUri, expiresAt } = record;
    return { token, connect_link: authorizationUri, expires_at: expiresAt.toISOString() };
  }
}

/** @throws Problem 400 `invalid_input` */
function userOf({ end_user: endUser, tags }: NewSession): string {
  const tagged = tags?.['end_user_id'];
  if (endUser && tagged !== undefined && tagged !== endUser.id)
    throw invalidInput('tags.end_user_id: is another user than end_user.id');
  const userId = userIdSchema.safeParse(endUser?.id ?? tagged);
  if (userId.success) return userId.data;
  throw invalidInput('end_user.id: name the user of your app, here or in tags.end_user_id');
}

/** Scopes that the app asks for by name; `undefined`: those that the integration reads with. */
function scopesIn(
  { integrations_config_defaults: defaults }: Pick<NewSession, 'integrations_config_defaults'>,
  { key, connectors: [connector] }: Integration,
): readonly string[] | undefined {
  const own = defaults?.[key];
  const written = own?.connection_config?.oauth_scopes_override ?? own?.user_scopes;
  if (written === undefined) return undefined;
  return parseScopes(written.replaceAll(',', ' '), scopeSeparatorOf(connector));
}

/** @throws Problem 501 for what would change where messages about the connection go */
function refuseIgnored(session: object): void {
  if ('webhook_url_override' in session && session.webhook_url_override)
    throw notSupported('a webhook of one session. POST /v1/webhooks makes one for the agent.');
}
