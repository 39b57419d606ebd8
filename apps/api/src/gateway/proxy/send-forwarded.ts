import { Injectable } from '@nestjs/common';
import { clientHeaders, forwardedHeaders, tokenHeader, type Provider } from '@valetkey/providers';
import { AccessTokens, type AccessToken, type SealedConnection } from '../../connections/index.js';
import { ConnectorsService } from '../../connectors/index.js';
import { Problem } from '../../platform/index.js';
import { discardAnswer, forwardAnswer, jsonOf, type ForwardAnswer } from './forwarded-answer.js';
import type { ForwardRequest, SendableBody } from './forwarded-request.js';
import { ProviderExchange } from '../provider-exchange.js';
import { Destinations, type Destination } from './destinations.js';
import { Downloads } from './downloads.js';
import { RefusedTokens } from '../refused-tokens.js';

/** A request that is ready to leave. */
export interface Forwarded {
  readonly provider: Provider;
  readonly request: ForwardRequest;
  readonly destination: Destination;
  readonly body: SendableBody | undefined;
}

/** Sends forwarded requests under a user's token, which stays here: it is in nothing that comes back. */
@Injectable()
export class SendForwarded {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly exchange: ProviderExchange,
    private readonly refused: RefusedTokens,
    private readonly destinations: Destinations,
    private readonly downloads: Downloads,
    private readonly connectors: ConnectorsService,
  ) {}

  token(connection: SealedConnection): Promise<AccessToken> {
    return this.tokens.use(connection);
  }

  /**
   * Sends it, and once more with a new token after a 401, if it can be sent twice: a 401 says that nothing happened.
   * @throws Problem 403 `reauthorization_required` when the provider accepts no token of this connection any more;
   *   502 `unexpected_response` when a download that it redirects to is not to be had; ProviderError or undici's error
   *   when no answer came
   */
  async send(forwarded: Forwarded, token: AccessToken): Promise<ForwardAnswer> {
    const answer = await this.accepted(forwarded, token);
    const { provider, request, destination } = forwarded;
    const download = await this.downloads.follow(provider, request, destination.url, answer);
    if (download) discardAnswer(answer);
    return download ?? answer;
  }

  private async accepted(forwarded: Forwarded, token: AccessToken): Promise<ForwardAnswer> {
    const first = await this.once(forwarded, token);
    if (!isRefusal(forwarded, first)) return first;
    const renewed = await this.renewed(forwarded, token);
    if (renewed) discardAnswer(first);
    const last = renewed ? await this.once(forwarded, renewed) : first;
    if (!isRefusal(forwarded, last)) return last;
    const { connection } = renewed ?? token;
    if (!(await this.refused.isOver(connection, forwarded.request))) return last;
    discardAnswer(last);
    throw new Problem('reauthorization_required.refused');
  }

  private async renewed({ body }: Forwarded, { connection }: AccessToken): Promise<AccessToken | undefined> {
    const canRepeat = !body || 'held' in body;
    if (!canRepeat || connection.tokens?.refreshable !== true) return undefined;
    try {
      return await this.tokens.renew(connection);
    } catch (error) {
      if (error instanceof Problem && error.code !== 'reauthorization_required') return undefined;
      throw error;
    }
  }

  /** The headers without which the provider takes no request. */
  private async ownHeaders(
    { provider }: Forwarded,
    connection: SealedConnection,
  ): Promise<Record<string, string>> {
    const { proxiedHeaders } = provider;
    if (!proxiedHeaders) return {};
    const connector = await this.connectors.findConnector(connection.connectorId);
    return clientHeaders(proxiedHeaders, connector ?? { clientId: '' });
  }

  private async once(forwarded: Forwarded, token: AccessToken): Promise<ForwardAnswer> {
    const { provider, request, destination, body } = forwarded;
    const { headers, body: described } = request;
    const { url, method, bringsToken } = destination;
    const { accessToken, sentIn } = token.tokenSet;
    const length = body && 'once' in body ? body.length : undefined;
    const send = bringsToken
      ? this.exchange.sender(provider, token.connection)
      : this.exchange.withoutToken(provider);
    const answer = await send(url, {
      method: method as 'GET',
      headers: {
        ...(bringsToken ? await this.ownHeaders(forwarded, token.connection) : {}),
        ...forwardedHeaders(provider, headers),
        ...(described?.contentType === undefined ? {} : { 'content-type': described.contentType }),
        ...(length === undefined ? {} : { 'content-length': String(length) }),
        'accept-encoding': 'identity',
        'user-agent': 'valetkey',
        ...(bringsToken ? tokenHeader(accessToken, sentIn ?? provider.authorization) : {}),
      },
      body: body ? ('held' in body ? body.held : body.once) : null,
    });
    const received = { provider, method, accessToken, sentIn, answer };
    if (!bringsToken) return forwardAnswer(received);
    return forwardAnswer({
      ...received,
      addresses: this.destinations.addresses(forwarded, token.connection),
    });
  }
}

/** A 401 that is about the token. Some providers say with one that a scope is missing. */
function isRefusal({ provider, destination }: Forwarded, answer: ForwardAnswer): boolean {
  if (answer.status !== 401 || !destination.bringsToken) return false;
  const { status, received: headers } = answer;
  const failure = provider.classifyFailure({ status, headers, body: jsonOf(answer), now: Date.now() });
  return failure.code === 'reauthorization_required';
}
