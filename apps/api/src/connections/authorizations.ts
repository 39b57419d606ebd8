import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { callbackUrl, type Connector } from '../connectors/index.js';
import { newId, notFound, Problem, randomSecret, sameSecret, sha256, type RequestTrace } from '../platform/index.js';
import { AUTHORIZATION_MS, type Authorization } from './authorization.js';
import { AuthorizationRequests } from './authorization-request.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { CallbackAnswers, type CallbackParameters } from './callback-answer.js';
import { GrantVault } from './grant-vault.js';
import { VerificationContext } from './verifications.js';

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
    const like = { userId: wish.userId, connectorId: wish.connector.id, agentId: wish.agentId, requestedScopes: scopes };
    const known = wish.returnUri === undefined ? await this.records.findReusable(like, new Date(now + REUSE_MS)) : undefined;
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
  finish(state: string, browserSecret: string | undefined, parameters: CallbackParameters, trace: RequestTrace): Promise<FinishedAuthorization> {
    return this.flow.finish(state, browserSecret, parameters, trace);
  }

  pageUrl(id: string): string {
    return `${this.settings.publicUrl}/connect/${id}`;
  }
}

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
    const prepared = await this.requests.prepare({ authorizationId, userId, connector, scopes, redirectUri, state });
    const moved = await this.records.move(record.id, ['created', 'started'], {
      status: 'started',
      stateHash: sha256(state),
      browserHash: sha256(browserSecret),
      sealed: prepared.sealed,
    });
    if (!moved) throw used();
    return { authorizationUri: prepared.authorizationUri, browserSecret };
  }

  async finish(state: string, browserSecret: string | undefined, parameters: CallbackParameters, trace: RequestTrace): Promise<FinishedAuthorization> {
    const record = await this.records.findByState(sha256(state));
    if (!record) throw new Problem(400, 'state_mismatch', 'This callback belongs to no authorization that was started here.');
    if (!record.browserHash || browserSecret === undefined || !sameSecret(record.browserHash, sha256(browserSecret))) {
      throw new Problem(403, 'browser_mismatch', 'This authorization was started in another browser. Open the link again and finish it in one browser.');
    }
    if (record.expiresAt.getTime() <= this.context.clock.now()) throw new Problem(410, 'authorization_expired', 'This link is older than ten minutes. Ask for a new one.');
    const connector = await this.context.connector(record.connectorId);
    try {
      const code = await this.answers.check(connector, parameters);
      if (!(await this.records.move(record.id, ['started'], { status: 'exchanging' }))) throw used();
      const grant = await this.answers.exchange(connector, record, code);
      const { userId, agentId, requestedScopes } = record;
      await this.grants.complete(record, grant, { userId, connector, actor: { type: 'user', id: userId }, agentId, trace, requestedScopes });
      return { record, connector };
    } catch (error) {
      return { record, connector, problem: await this.end(record, connector, error, trace) };
    }
  }

  private async end(record: Authorization, connector: Connector, error: unknown, trace: RequestTrace): Promise<Problem> {
    if (!(error instanceof Problem)) {
      await this.records.move(record.id, ['exchanging'], { status: 'failed', error: 'internal_error', sealed: null });
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
    await this.records.move(record.id, ['started', 'exchanging'], { status: 'created', error: error.code, sealed: null });
    return error;
  }
}

function used(): Problem {
  return new Problem(409, 'authorization_already_used', 'This link has been used. Ask for a new one.');
}
