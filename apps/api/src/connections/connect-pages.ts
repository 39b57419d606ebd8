import { Injectable } from '@nestjs/common';
import { providers } from '@valetkey/providers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AgentsService } from '../agents/index.js';
import type { Connector } from '../connectors/index.js';
import { Problem } from '../platform/index.js';
import { UserTokens } from '../users/index.js';
import type { Authorization } from './authorization.js';
import { Authorizations } from './authorizations.js';
import type { FinishedAuthorization } from './hosted-flow.js';
import { pagePolicy, renderConsent, renderNotice, renderSignInNeeded } from './connect-page.html.js';
import { DemoUser } from './demo-user.js';
import { UserSessions } from './user-sessions.js';

const DEMO_TOKEN_S = 600;

/** What the hosted pages say and when. */
@Injectable()
export class ConnectPages {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly sessions: UserSessions,
    private readonly agents: AgentsService,
    private readonly demo: DemoUser,
    private readonly tokens: UserTokens,
  ) {}

  /** The record behind a link. @throws Problem 404 or 410 when there is nothing left to do with it */
  async open(id: string): Promise<Authorization> {
    const record = /^aut_\w+$/.test(id) ? await this.authorizations.get(id) : undefined;
    if (record?.kind !== 'hosted')
      throw new Problem(404, 'not_found', 'There is no such link. Ask for a new one.');
    if (record.status !== 'completed' && this.authorizations.isExpired(record))
      throw new Problem(
        410,
        'authorization_expired',
        'This link is older than ten minutes. Ask for a new one.',
      );
    return record;
  }

  async showConsent(record: Authorization, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const userId = await this.sessions.userOf(request);
    if (userId === undefined) {
      this.send(
        reply,
        401,
        renderSignInNeeded(record.id, record.userId === this.demo.id ? this.demo.id : undefined),
      );
      return;
    }
    this.requireSame(record, userId);
    const connector = await this.authorizations.connectorOf(record);
    if (record.status === 'completed') {
      this.send(
        reply,
        200,
        renderNotice(
          `${connector.displayName} is connected`,
          'You can close this page and go back to your app.',
        ),
      );
      return;
    }
    this.send(reply, 200, renderConsent(await this.consentText(record, connector)), [
      'https:',
      'http://localhost:*',
      'http://127.0.0.1:*',
    ]);
  }

  /** @throws Problem 401 or 403 unless the visitor is the user whom the link was made for */
  async requireUser(record: Authorization, request: FastifyRequest): Promise<void> {
    const userId = await this.sessions.userOf(request);
    if (userId === undefined)
      throw new Problem(
        401,
        'authentication_required',
        'Open this link from the app where you are signed in.',
      );
    this.requireSame(record, userId);
  }

  /** @throws Problem 403 outside the demo */
  async demoToken(record: Authorization): Promise<string> {
    if (this.demo.id === undefined || record.userId !== this.demo.id)
      throw new Problem(403, 'demo_only', 'Only the demo user can sign in here.');
    return (await this.tokens.mint(this.demo.id, DEMO_TOKEN_S)).accessToken;
  }

  showEnd({ record, problem }: FinishedAuthorization, reply: FastifyReply): void {
    if (record.returnUri !== undefined) {
      const url = new URL(record.returnUri);
      url.searchParams.set('authorizationId', record.id);
      url.searchParams.set(
        'status',
        problem ? (problem.code === 'authorization_denied' ? 'denied' : 'failed') : 'completed',
      );
      if (problem) url.searchParams.set('error', problem.code);
      void reply.redirect(url.href, 303);
      return;
    }
    const retry = this.authorizations.pageUrl(record.id);
    // Back to the page of the link, so that no code stays in the address bar.
    if (problem) this.send(reply, problem.status, renderNotice('Not connected', problem.detail, retry));
    else void reply.redirect(retry, 303);
  }

  /** Runs a page; a problem becomes a page as well. */
  async guarded(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.send(reply, error.status, renderNotice('This did not work', error.detail));
    }
  }

  private requireSame(record: Authorization, userId: string): void {
    if (userId === record.userId) return;
    throw new Problem(403, 'other_user', 'This link was made for somebody else. Nothing was connected.');
  }

  private async consentText(record: Authorization, connector: Connector) {
    const agent = record.agentId === undefined ? undefined : await this.agents.get(record.agentId);
    return {
      authorizationId: record.id,
      providerName: connector.displayName,
      userId: record.userId,
      askedBy: agent?.name ?? 'Your app',
      grants: record.requestedScopes.map(describeScope),
      reasons: record.reasons,
      problem:
        record.error === 'authorization_denied'
          ? 'You declined before. Nothing is connected yet.'
          : undefined,
    };
  }

  /** Referrer policy `same-origin`: stricter ones make browsers send our own forms with the origin `null`. */
  private send(reply: FastifyReply, status: number, html: string, formTargets: readonly string[] = []): void {
    void reply
      .status(status)
      .headers({
        'content-security-policy': pagePolicy(formTargets),
        'cache-control': 'no-store',
        'referrer-policy': 'same-origin',
      })
      .type('text/html; charset=utf-8')
      .send(html);
  }
}

/** The sentence for a scope, or its name when no provider describes it. */
function describeScope(scope: string): string {
  for (const provider of providers) {
    const known = provider.scopes[scope];
    if (known) return known.description;
  }
  return scope;
}
