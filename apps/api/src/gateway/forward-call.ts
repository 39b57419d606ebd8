import { Injectable } from '@nestjs/common';
import {
  findProvider,
  forwardedHeaders,
  forwardedUrl,
  ProviderError,
  returnedHeaders,
  type Provider,
} from '@valetkey/providers';
import { Agent, request as undiciRequest } from 'undici';
import { CallEvents } from '../audit/index.js';
import { AccessTokens, type AccessToken, type SealedConnection } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { PoliciesService } from '../policies/index.js';
import { Problem } from '../platform/index.js';
import {
  effectOf,
  sendable,
  type ForwardAnswer,
  type ForwardRequest,
  type SendableBody,
} from './forwarded-request.js';
import { ProxyConnections } from './proxy-connections.js';

/** Limit for the first byte of an answer, and for the silence between two. */
const SILENCE_MS = 60_000;

/** Passes requests on to a provider's API with the user's token put in. The token, and whatever is ours, stays here. */
@Injectable()
export class ForwardCall {
  private readonly pool = new Agent({
    connections: 128,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    connect: { timeout: 10_000 },
  });

  constructor(
    private readonly policies: PoliciesService,
    private readonly proxyConnections: ProxyConnections,
    private readonly connectors: ConnectorsService,
    private readonly tokens: AccessTokens,
    private readonly events: CallEvents,
  ) {}

  /**
   * Forwards one request; the intent is committed before a byte leaves. Answers, whatever their status, are handed on.
   * @throws Problem 404 `unknown_provider`, 400 `invalid_path`, 403 by policy, `authorization_required` or
   *   `reauthorization_required`, 409 `ambiguous_connection`, 413 `payload_too_large`, 503 `unavailable`
   */
  async forward(request: ForwardRequest): Promise<ForwardAnswer> {
    const provider = findProvider(request.provider);
    if (!provider)
      throw new Problem(404, 'unknown_provider', 'There is no such provider; GET /v1/providers lists them.');
    const { principal, userId, method, trace } = request;
    const url = this.target(provider, request);
    const action = { id: `${provider.id}.proxy`, effect: effectOf(method), provider: provider.id };
    const context = { method, path: url.pathname };
    await this.policies.require({ principal, userId, action, context }, trace);
    const connection = await this.proxyConnections.choose(provider, request);
    const body = await sendable(request.body);
    return this.audited(provider, request, connection, url, (token) =>
      this.withToken(token, (accessToken) => this.send(request, url, body, accessToken), body),
    );
  }

  private target(provider: Provider, { base, target }: ForwardRequest): URL {
    try {
      return forwardedUrl(provider, this.connectors.baseUrls(provider.id), base, target);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      throw new Problem(
        400,
        'invalid_path',
        error.reason === 'base'
          ? `${provider.displayName} has no such base; leave Valetkey-Base out.`
          : 'The path must be a plain one below the provider: no empty or dotted segments, backslashes or fragments.',
      );
    }
  }

  /** A 401 says that nothing happened: the token is renewed and the request sent once more, if it can be. */
  private async withToken(
    token: AccessToken,
    send: (accessToken: string) => Promise<ForwardAnswer>,
    body: SendableBody | undefined,
  ): Promise<ForwardAnswer> {
    const answer = await send(token.tokenSet.accessToken);
    const canRepeat = !body || 'held' in body;
    if (answer.status !== 401 || !canRepeat || token.connection.tokens?.refreshable !== true) return answer;
    try {
      const renewed = await this.tokens.renew(token.connection);
      answer.body.resume();
      return await send(renewed.tokenSet.accessToken);
    } catch (error) {
      if (error instanceof Problem) return answer;
      throw error;
    }
  }

  private async send(
    { method, headers, body: described }: ForwardRequest,
    url: URL,
    body: SendableBody | undefined,
    accessToken: string,
  ): Promise<ForwardAnswer> {
    const length = body && 'once' in body ? body.length : undefined;
    const answer = await undiciRequest(url, {
      method: method as 'GET',
      headers: {
        ...forwardedHeaders(headers),
        ...(described?.contentType === undefined ? {} : { 'content-type': described.contentType }),
        ...(length === undefined ? {} : { 'content-length': String(length) }),
        'user-agent': 'valetkey',
        authorization: `Bearer ${accessToken}`,
      },
      body: body ? ('held' in body ? body.held : body.once) : null,
      dispatcher: this.pool,
    });
    return { status: answer.statusCode, headers: returnedHeaders(answer.headers, url), body: answer.body };
  }

  /** The token is fetched while the intent is committed; it is used only after that. */
  private async audited(
    provider: Provider,
    { principal, userId, method, trace }: ForwardRequest,
    connection: SealedConnection,
    url: URL,
    work: (token: AccessToken) => Promise<ForwardAnswer>,
  ): Promise<ForwardAnswer> {
    const event = {
      type: 'request.forwarded' as const,
      actor: principal,
      userId,
      agentId: principal.type === 'agent' ? principal.id : undefined,
      connectionId: connection.id,
      target: connection.target,
      scopes: connection.scopes,
      action: `${provider.id}.proxy`,
      ...trace,
    };
    const call = { method, path: url.pathname };
    const token = this.tokens.use(connection);
    token.catch(() => undefined);
    const intent = await this.events.intended({ ...event, detail: call });
    const startedAt = performance.now();
    const ended = (outcome: 'succeeded' | 'failed', more: { status?: number; code?: string }) => {
      const durationMs = Math.round(performance.now() - startedAt);
      const detail = { ...call, intent: intent?.id, durationMs, ...more };
      this.events.ended({ ...event, outcome, durationMs, providerStatus: more.status, detail });
    };
    try {
      const answer = await work(await token);
      ended(answer.status < 400 ? 'succeeded' : 'failed', { status: answer.status });
      return answer;
    } catch (error) {
      const problem = error instanceof Problem ? error : unreachable(error);
      ended('failed', { code: problem.code });
      throw problem;
    }
  }
}

/** No answer came; the original error is dropped, since it may hold the request with its token. */
function unreachable(error: unknown): Problem {
  const { code, name } = error as { code?: string; name?: string };
  const reason = code ?? name ?? 'unknown';
  return new Problem(503, 'unavailable', 'The provider did not answer. Whether it acted is not known.', {
    retryable: true,
    reason,
  });
}
