import { Injectable } from '@nestjs/common';
import { neverSent, ProviderError, type PeekedBody } from '@valetkey/providers';
import { CallEvents, type Precondition } from '../../audit/index.js';
import type { SealedConnection } from '../../connections/index.js';
import { PoliciesService } from '../../policies/index.js';
import { Problem } from '../../platform/index.js';
import { Destinations } from './destinations.js';
import type { ForwardAnswer } from './forwarded-answer.js';
import { digestsOf, peek, sendable, type ForwardRequest, type SendableBody } from './forwarded-request.js';
import { policySubject } from './judged-requests.js';
import { providerProblem } from '../provider-problem.js';
import { ProxyConnections } from './proxy-connections.js';
import { SendForwarded, type Forwarded } from './send-forwarded.js';

/**
 * Forwards requests to a provider's API with the user's token added. The token and our own headers never reach the
 * caller.
 */
@Injectable()
export class ForwardCall {
  constructor(
    private readonly policies: PoliciesService,
    private readonly proxyConnections: ProxyConnections,
    private readonly destinations: Destinations,
    private readonly sending: SendForwarded,
    private readonly events: CallEvents,
  ) {}

  /**
   * Forwards one request; the intent is committed before a byte leaves. Responses of any status are returned.
   * @throws Problem 404 `unknown_provider`, 400 `invalid_path`, 403 by policy or `authorization_required`, 409
   * `ambiguous_connection`, 405 `method_not_allowed`, 413 `payload_too_large`, 429 `rate_limited`, 502
   * `response_too_large`, 503 `unavailable`
   */
  async forward(request: ForwardRequest): Promise<ForwardAnswer> {
    const { principal, userId, trace } = request;
    let seen: PeekedBody | undefined;
    const peeking = async () => (seen = await peek(request.body));
    const wanted = { ...request, headers: described(request), peek: peeking };
    const destination = await this.destinations.of(wanted, request);
    await this.policies.require({ principal, userId, ...policySubject(destination) }, trace);
    const { provider, connectionId } = destination;
    const sought = await this.proxyConnections.seek(provider, { ...request, connectionId });
    let body: SendableBody | undefined;
    return sought.use(async (connection, precondition) => {
      body ??= await sendable(request.body, seen);
      return this.explained({ provider, destination, request, body }, connection, precondition);
    });
  }

  private async explained(
    forwarded: Forwarded,
    connection: SealedConnection,
    precondition: Precondition | undefined,
  ): Promise<ForwardAnswer | undefined> {
    try {
      return await this.audited(forwarded, connection, precondition);
    } catch (error) {
      const isOver =
        error instanceof Problem && ['reauthorization_required', 'token_not_found'].includes(error.code);
      if (!isOver) throw error;
      const { provider, request } = forwarded;
      throw await this.proxyConnections.authorizationRequired(provider, request, connection);
    }
  }

  /**
   * The token is fetched while the intent is committed; it is used only after that. Nothing of a refused call is sent.
   * @returns `undefined` when the connection has changed since it was read: nothing was recorded or sent
   */
  private async audited(
    forwarded: Forwarded,
    connection: SealedConnection,
    precondition: Precondition | undefined,
  ): Promise<ForwardAnswer | undefined> {
    const { principal, userId, trace } = forwarded.request;
    const event = {
      type: 'request.forwarded' as const,
      actor: principal,
      userId,
      agentId: principal.type === 'agent' ? principal.id : undefined,
      connectionId: connection.id,
      target: connection.target,
      scopes: connection.scopes,
      action: `${forwarded.provider.id}.proxy`,
      ...trace,
    };
    const { destination, body } = forwarded;
    const { effect } = destination.judged;
    const call = { method: destination.method, path: destination.shownPath, effect };
    const digests = () => (effect === 'read' ? {} : digestsOf(destination.url, body));
    const token = this.sending.token(connection);
    const intention = this.events.intended({ ...event, detail: { ...call, ...digests() } }, precondition);
    const [intended] = await Promise.allSettled([intention, token]);
    if (intended.status === 'rejected') throw intended.reason;
    const intent = intended.value;
    if (!intent) return undefined;
    const startedAt = performance.now();
    const ended = (outcome: 'succeeded' | 'failed', more: { status?: number; code?: string }) => {
      const durationMs = Math.round(performance.now() - startedAt);
      const detail = { ...call, ...digests(), intent: intent.id, durationMs, ...more };
      this.events.ended({ ...event, outcome, durationMs, providerStatus: more.status, detail });
    };
    try {
      const answer = await this.sending.send(forwarded, await token);
      ended(answer.status < 400 ? 'succeeded' : 'failed', { status: answer.status });
      return answer;
    } catch (error) {
      const problem = problemOf(error);
      ended('failed', { code: problem.code });
      throw problem;
    }
  }
}

/** The headers that describe a body; its type was set aside so that no body parser reads it. */
function described({ headers, body }: ForwardRequest): ForwardRequest['headers'] {
  return { ...headers, 'content-type': body?.contentType };
}

/**
 * An error other than a problem means that no response came; the error itself is dropped, since it may hold the request
 * with its token.
 */
function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ProviderError) return providerProblem(error);
  const { code, name } = error as { code?: string; name?: string };
  const reason = code ?? name ?? 'unknown';
  return new Problem(neverSent.has(reason) ? 'unavailable.not_sent' : 'unavailable.no_answer', { reason });
}
