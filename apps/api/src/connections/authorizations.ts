import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { callbackUrl, type Connector } from '../connectors/index.js';
import { newId, notFound, type RequestTrace } from '../platform/index.js';
import { AUTHORIZATION_MS, type Authorization } from './authorization.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import type { CallbackParameters } from './callback-answer.js';
import { VerificationContext } from './verification-context.js';
import { HostedFlow, type FinishedAuthorization } from './hosted-flow.js';

export interface NewAuthorizationLink {
  readonly userId: string;
  readonly connector: Connector;
  readonly scopes: readonly string[];
  /** Titles of the actions behind the scopes. */
  readonly reasons: readonly string[];
  readonly agentId?: string | undefined;
  readonly returnUri?: string | undefined;
  readonly actor: AuditActor;
  readonly trace?: RequestTrace | undefined;
}

/** A link given out lately is given out again while it has this long to live. */
const REUSE_MS = 5 * 60_000;

/** Authorizations over our own page: a link, a user who proves who they are, the provider, our callback. */
@Injectable()
export class Authorizations {
  constructor(
    private readonly records: AuthorizationsRepository,
    private readonly context: VerificationContext,
    private readonly flow: HostedFlow,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /** A link that makes or widens a connection; the same wish gets the same link for some minutes. */
  async link(wish: NewAuthorizationLink): Promise<Authorization & { authorizationUri: string }> {
    const { clock, users, audit, redirectUris } = this.context;
    if (wish.returnUri !== undefined) redirectUris.require(wish.returnUri);
    const scopes = [...new Set(wish.scopes)].sort();
    const now = clock.now();
    const like = {
      userId: wish.userId,
      connectorId: wish.connector.id,
      agentId: wish.agentId,
      requestedScopes: scopes,
    };
    const known =
      wish.returnUri === undefined
        ? await this.records.findReusable(like, new Date(now + REUSE_MS))
        : undefined;
    if (known) return { ...known, authorizationUri: this.pageUrl(known.id) };
    await users.ensure(wish.userId);
    const record = {
      ...like,
      id: newId('aut'),
      kind: 'hosted' as const,
      status: 'created' as const,
      redirectUri: callbackUrl(this.settings),
      returnUri: wish.returnUri,
      reasons: wish.reasons,
      expiresAt: new Date(now + AUTHORIZATION_MS),
    };
    await audit.record({
      type: 'authorization.started',
      outcome: 'succeeded',
      actor: wish.actor,
      userId: wish.userId,
      agentId: wish.agentId,
      target: wish.connector.target,
      ...wish.trace,
      detail: { authorizationId: record.id, scopes },
    });
    await this.records.create(record);
    return { ...record, createdAt: new Date(now), authorizationUri: this.pageUrl(record.id) };
  }

  async get(id: string): Promise<Authorization> {
    const record = await this.records.find(id);
    if (!record) throw notFound('authorization');
    return record;
  }

  isExpired(record: Authorization): boolean {
    return record.expiresAt.getTime() <= this.context.clock.now();
  }

  connectorOf(record: Authorization): Promise<Connector> {
    return this.context.connector(record.connectorId);
  }

  /** Where to send the user, and the secret that this browser must bring back. */
  begin(record: Authorization): Promise<{ authorizationUri: string; browserSecret: string }> {
    return this.flow.begin(record);
  }

  /** Ends the trip that `state` names. @throws Problem */
  finish(
    state: string,
    browserSecret: string | undefined,
    parameters: CallbackParameters,
    trace: RequestTrace,
  ): Promise<FinishedAuthorization> {
    return this.flow.finish(state, browserSecret, parameters, trace);
  }

  pageUrl(id: string): string {
    return `${this.settings.publicUrl}/connect/${id}`;
  }
}
