import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AgentsService } from '../../agents/index.js';
import type { Connector } from '../../connectors/index.js';
import { Problem } from '../../platform/index.js';
import { UserTokens } from '../../users/index.js';
import type { Authorization } from '../authorization.js';
import { Authorizations } from '../authorizations.js';
import type { FinishedAuthorization } from './hosted-flow.js';
import { renderConsent, renderPartial } from './connect-page.html.js';
import { renderKeyForm } from './key-page.html.js';
import { DemoUser } from './demo-user.js';
import { HostedAnswers } from './hosted-answers.js';
import { renderNotice, type HostedPage } from './hosted-page.html.js';
import { blockedReasons, describeScope, missingScopes } from '../missing-scopes.js';
import { accountName } from '../../connections/index.js';
import { UserSessions } from './user-sessions.js';

const DEMO_TOKEN_S = 600;

/** Chooses the hosted page to show. */
@Injectable()
export class ConnectPages {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly sessions: UserSessions,
    private readonly agents: AgentsService,
    private readonly demo: DemoUser,
    private readonly tokens: UserTokens,
    private readonly answers: HostedAnswers,
  ) {}

  /**
   * The record behind a link.
   * @throws Problem 404 or 410 when it can no longer be used
   */
  async open(id: string): Promise<Authorization> {
    const record = /^aut_\w+$/.test(id) ? await this.authorizations.getAuthorization(id) : undefined;
    if (record?.kind !== 'hosted') throw new Problem('not_found.link');
    if (record.status !== 'completed' && this.authorizations.isExpired(record))
      throw new Problem('authorization_expired');
    return record;
  }

  async showConsent(record: Authorization, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const userId = await this.sessions.userOf(request);
    if (userId === undefined) {
      this.answers.askWho(reply, this.signInText(record));
      return;
    }
    this.requireSame(record, userId);
    const connector = await this.authorizations.connectorOf(record);
    const html =
      record.status === 'completed'
        ? this.connectedPage(record, connector)
        : connector.preset.key
          ? await this.keyPage(record, connector)
          : renderConsent(await this.consentText(record, connector));
    this.answers.send(reply, 200, html, {
      formTargets: ['https:', 'http://localhost:*', 'http://127.0.0.1:*'],
    });
  }

  /** Asks for the key again, and says why it was not taken. */
  async showKeyRefused(record: Authorization, problem: Problem, reply: FastifyReply): Promise<void> {
    const connector = await this.authorizations.connectorOf(record);
    this.answers.send(reply, problem.status, await this.keyPage(record, connector, problem.detail));
  }

  private async keyPage(record: Authorization, connector: Connector, problem?: string): Promise<HostedPage> {
    const { key, revocation } = connector.preset;
    if (!key) throw new Problem('not_found.link');
    const text = await this.consentText(record, connector);
    return renderKeyForm({ ...text, problem: problem ?? text.problem }, key, revocation.byHand);
  }

  /** @throws Problem 401 or 403 unless the visitor is the user whom the link was made for */
  async requireUser(record: Authorization, request: FastifyRequest): Promise<void> {
    const userId = await this.sessions.userOf(request);
    if (userId === undefined)
      throw new Problem('authentication_required.link', { app: this.answers.signedInApp });
    this.requireSame(record, userId);
  }

  /**
   * A token of the demo user, the only one who can sign in without an app.
   * @throws Problem 403 `demo_only`
   */
  async demoToken(userId = this.demo.id): Promise<string> {
    if (this.demo.id === undefined || userId !== this.demo.id) throw new Problem('demo_only');
    return (await this.tokens.mint(this.demo.id, { expiresInS: DEMO_TOKEN_S })).accessToken;
  }

  /** Ends the callback. An authorization that must be repeated, because scopes were dropped, goes on at our page. */
  showEnd({ record, connector, problem }: FinishedAuthorization, reply: FastifyReply): void {
    // The address contains code and state: no page may get it as a referrer, ours included.
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    if (record.returnUri !== undefined && (problem || record.status === 'completed')) {
      const url = new URL(record.returnUri);
      url.searchParams.set('authorizationId', record.id);
      url.searchParams.set(
        'status',
        problem ? (problem.code === 'authorization_denied' ? 'denied' : 'failed') : 'completed',
      );
      if (problem) url.searchParams.set('error', problem.code);
      const missing = problem ? [] : missingScopes(record, connector);
      if (missing.length > 0) url.searchParams.set('missingScopes', missing.join(' '));
      void reply.redirect(url.href, 303);
      return;
    }
    const retry = this.authorizations.pageUrl(record.id);
    const isHopeless = problem?.code === 'connector_misconfigured';
    // Back to the page of the link, so that no code stays in the address bar.
    if (problem)
      this.answers.send(
        reply,
        problem.status,
        renderNotice('Not connected', this.endWords(problem, connector), isHopeless ? undefined : retry),
        {
          referrerPolicy: 'no-referrer',
        },
      );
    else void reply.redirect(retry, 303);
  }

  private requireSame(record: Authorization, userId: string): void {
    if (userId === record.userId) return;
    throw new Problem('other_user.link');
  }

  private async consentText(record: Authorization, connector: Connector) {
    const agent = record.agentId === undefined ? undefined : await this.agents.getAgent(record.agentId);
    const connection = await this.authorizations.intendedConnection(record);
    return {
      authorizationId: record.id,
      providerName: connector.displayName,
      userId: record.userId,
      askedBy: agent?.name ?? capitalized(this.answers.app),
      storesTokens: connector.options.storeTokens,
      grants: record.requestedScopes.map((scope) => describeScope(scope, connector)),
      reasons: record.reasons,
      account: connection && accountName(connection),
      problem: problemText(record, connector, this.answers.app, connection && accountName(connection)),
    };
  }

  private signInText({ id, userId }: Authorization) {
    return {
      continuation: id,
      text: `This link was made for one person. Open it from ${this.answers.signedInApp}, so that we know that it is you.`,
      otherwise: 'If you did not ask for it, close this page: nothing has been connected.',
      demoUserId: userId === this.demo.id ? userId : undefined,
    };
  }

  /** The outcome, in words for the user; the problem's own are for the app's developer. */
  private endWords({ code, detail }: Problem, { displayName }: Connector): string {
    return code === 'authorization_denied'
      ? `You did not allow access to your ${displayName} account, so nothing was connected and nothing was changed. You can close this page and go back to ${this.answers.app}, or try again.`
      : detail;
  }

  private connectedPage(record: Authorization, connector: Connector): HostedPage {
    const { displayName } = connector;
    const goBack = `You can close this page and go back to ${this.answers.app}.`;
    if (record.connectionId === undefined && !connector.options.storeTokens)
      return renderNotice(
        `Your ${displayName} account is confirmed`,
        `No access to it was stored. ${goBack}`,
      );
    const missing = missingScopes(record, connector);
    if (missing.length === 0) return renderNotice(`${displayName} is connected`, goBack);
    return renderPartial({
      authorizationId: record.id,
      providerName: displayName,
      notGranted: missing.map((scope) => describeScope(scope, connector)),
      blocked: blockedReasons(record, connector),
    });
  }
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** The outcome of the last attempt over this link, in words for the user. */
function problemText(
  { error }: Authorization,
  { displayName }: Connector,
  app: string,
  expected: string | undefined,
): string | undefined {
  switch (error) {
    case undefined:
      return undefined;
    case 'authorization_denied':
      return 'You declined before. Nothing was changed.';
    case 'account_mismatch':
      return `Another account came back. Please choose ${expected ?? 'the same account as before'} at ${displayName}.`;
    case 'scopes_dropped':
      return `One more step: ${displayName} allowed the new part and left out what you had allowed before. What works now still works. Go on to allow both together.`;
    case 'exchange_interrupted':
      return `We were interrupted after you came back from ${displayName}. Nothing was changed. Please go on once more.`;
    case 'connector_misconfigured':
      return `The connection to ${displayName} is not set up right, which only its operator can mend. Nothing was changed. Please tell the people behind ${app}.`;
    default:
      return 'The last try did not work. Nothing was changed. You can try again.';
  }
}
