import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { Clock, type RequestTrace } from '../platform/index.js';
import { UsersService } from '../users/index.js';
import { AUTHORIZATION_MS, type Authorization } from './authorization.js';
import {
  AuthorizationsRepository,
  type NewAuthorization,
  type RequestedLink,
} from './authorizations.repository.js';
import { RedirectUris } from './hosted/redirect-uris.js';

/** Opens an authorization: for whom, and by whose request. */
export interface Opening {
  readonly record: Omit<NewAuthorization, 'expiresAt'>;
  readonly connector: Connector;
  readonly actor: AuditActor;
  readonly trace?: RequestTrace | undefined;
}

/** A link given out lately is given out again while it has this long to live. */
const REUSE_MS = 5 * 60_000;

/** Records of authorizations, as our own page and the guide's API both open and judge them. */
@Injectable()
export class AuthorizationRecords {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly connectors: ConnectorsService,
    private readonly users: UsersService,
    private readonly redirectUris: RedirectUris,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 400 `redirect_uri_not_allowed` */
  requireRedirectUri(uri: string): void {
    this.redirectUris.require(uri);
  }

  /** @throws Problem 422 `invalid_connector`, 403 `connector_disabled` */
  connector(idOrTarget: string): Promise<Connector> {
    return this.connectors.require(idOrTarget);
  }

  isExpired({ expiresAt }: Pick<Authorization, 'expiresAt'>): boolean {
    return expiresAt.getTime() <= this.clock.now();
  }

  /** A link that was given out for the same request, and has some minutes to live. */
  findReusable(like: RequestedLink): Promise<Authorization | undefined> {
    return this.records.findReusable(like, new Date(this.clock.now() + REUSE_MS));
  }

  /** Stores the record of an authorization that begins, after its event; its user is known from then on. */
  async open({ record, connector, actor, trace }: Opening): Promise<NewAuthorization & { createdAt: Date }> {
    const { id: authorizationId, userId, agentId, forConnectionId, requestedScopes: scopes } = record;
    const createdAt = this.clock.date();
    const opened = { ...record, expiresAt: new Date(createdAt.getTime() + AUTHORIZATION_MS) };
    await this.users.ensure(userId);
    await this.audit.record({
      type: 'authorization.started',
      outcome: 'succeeded',
      actor,
      userId,
      agentId,
      connectionId: forConnectionId,
      target: connector.target,
      ...trace,
      detail: { authorizationId, scopes },
    });
    await this.records.create(opened);
    return { ...opened, createdAt };
  }
}
