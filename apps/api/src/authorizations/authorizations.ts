import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { callbackUrl, type Connector } from '../connectors/index.js';
import { newId, notFound, Problem, type RequestTrace } from '../platform/index.js';
import { IntendedConnections } from './intended-connections.js';
import type { Authorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { type Connection, type Reader, Reauthorization } from '../connections/index.js';
import { blockedReasons, missingScopes } from './missing-scopes.js';
import { AuthorizationRecords } from './authorization-records.js';

export interface NewAuthorizationLink {
  readonly userId: string;
  readonly connector: Connector;
  readonly scopes: readonly string[];
  /** Titles of the actions behind the scopes. */
  readonly reasons: readonly string[];
  readonly agentId?: string | undefined;
  readonly returnUri?: string | undefined;
  /** This very connection shall be widened or revived; without it another account becomes a new connection. */
  readonly connectionId?: string | undefined;
  /** Not one that was given out before: it is used at once. */
  readonly once?: boolean | undefined;
  /** Name of the connection that is to be made. */
  readonly alias?: string | undefined;
  readonly actor: AuditActor;
  readonly trace?: RequestTrace | undefined;
}

/** Authorizations over our own page: a link, a user who proves who they are, the provider, our callback. */
@Injectable()
export class Authorizations {
  constructor(
    private readonly records: AuthorizationRecords,
    private readonly repository: AuthorizationsRepository,
    private readonly intended: IntendedConnections,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    reauthorization: Reauthorization,
  ) {
    reauthorization.register((connection, reader) => this.linkToRevive(connection, reader));
  }

  /**
   * A link that makes or widens a connection; the same request gets the same link for some minutes.
   * @throws Problem 400 `redirect_uri_not_allowed`, 422 `token_storage_disabled`, and by connectionId and alias
   */
  async link(request: NewAuthorizationLink): Promise<Authorization & { authorizationUri: string }> {
    if (request.returnUri !== undefined) this.records.requireRedirectUri(request.returnUri);
    const { connector, connectionId, alias } = request;
    await this.intended.require({ userId: request.userId, connector, connectionId, alias });
    const scopes = [...new Set(request.scopes)].sort();
    const like = {
      userId: request.userId,
      connectorId: connector.id,
      agentId: request.agentId,
      requestedScopes: scopes,
      forConnectionId: connectionId,
      alias,
    };
    const known =
      request.returnUri === undefined && !request.once ? await this.records.findReusable(like) : undefined;
    if (known) return { ...known, authorizationUri: this.pageUrl(known.id) };
    const record = {
      ...like,
      id: newId('aut'),
      kind: 'hosted' as const,
      status: 'created' as const,
      redirectUri: callbackUrl(this.settings, connector.target),
      returnUri: request.returnUri,
      reasons: request.reasons,
    };
    const opened = await this.records.open({ record, connector, actor: request.actor, trace: request.trace });
    return { ...opened, grantedScopes: [], authorizationUri: this.pageUrl(record.id) };
  }

  async getAuthorization(id: string): Promise<Authorization> {
    const record = await this.repository.findAuthorization(id);
    if (!record) throw notFound('authorization');
    return record;
  }

  isExpired(record: Authorization): boolean {
    return this.records.isExpired(record);
  }

  connectorOf(record: Authorization): Promise<Connector> {
    return this.records.connector(record.connectorId);
  }

  /**
   * A link for what a trip did not bring of what it was for.
   * @throws Problem 409 `nothing_missing`
   */
  async linkRest(record: Authorization, trace: RequestTrace): Promise<Authorization> {
    const connector = await this.connectorOf(record);
    const scopes = missingScopes(record, connector);
    if (record.status !== 'completed' || scopes.length === 0) throw new Problem('nothing_missing');
    return this.link({
      userId: record.userId,
      connector,
      scopes,
      reasons: blockedReasons(record, connector),
      agentId: record.agentId,
      connectionId: record.connectionId,
      actor: { type: 'user', id: record.userId },
      trace,
    });
  }

  private async linkToRevive(
    { id, userId, connectorId, scopes }: Connection,
    { actor, agentId, trace }: Reader,
  ): Promise<Authorization & { authorizationUri: string }> {
    const connector = await this.records.connector(connectorId);
    return this.link({ userId, connector, scopes, reasons: [], connectionId: id, actor, agentId, trace });
  }

  /** The connection that the trip is for; `undefined` when it makes one or that one is gone. */
  async intendedConnection({ forConnectionId, userId }: Authorization): Promise<Connection | undefined> {
    if (forConnectionId === undefined) return undefined;
    return this.intended.connection(forConnectionId, userId).catch(() => undefined);
  }

  pageUrl(id: string): string {
    return `${this.settings.publicUrl}/connect/${id}`;
  }
}
