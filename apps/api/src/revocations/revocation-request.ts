import { Injectable } from '@nestjs/common';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { errorAnswer, OAuthClient, OAuthHttp, type TokenSet } from '../oauth/index.js';
import { Clock, retryAfterOf } from '../platform/index.js';

/** The provider's response to a revocation. `confirmed`: it is proven that the tokens no longer work. */
export interface RevocationAnswer {
  readonly confirmed: boolean;
  /** The tokens were valid until then, as far as the response says. */
  readonly ended: boolean;
  readonly status: number;
  readonly retryAfterMs: number | undefined;
}

/**
 * Asks an authorization server to revoke tokens: RFC 7009, or in its own way. It requests and judges; it stores
 * nothing.
 */
@Injectable()
export class RevocationRequests {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly client: OAuthClient,
    private readonly http: OAuthHttp,
    private readonly clock: Clock,
  ) {}

  /** @returns `undefined` when the provider offers no revocation. @throws AuthorizationServerUnavailable */
  async send(
    connector: Connector,
    tokenSet: TokenSet & { readonly accountId?: string | undefined },
  ): Promise<RevocationAnswer | undefined> {
    const { endpoints, revocationAuthentication } = await this.client.server(connector);
    const { accessToken, refreshToken, accountId } = tokenSet;
    const clientSecret = await this.connectors.clientSecret(connector);
    const { clientId, preset } = connector;
    const request = preset.revocation.buildRequest({
      endpoints,
      clientId,
      clientSecret,
      clientAuthentication: clientSecret === undefined ? 'none' : revocationAuthentication,
      accessToken,
      refreshToken,
      accountId,
    });
    if (!request) return undefined;
    const { url, method, headers, body } = request;
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await this.http.fetch(url, init, this.client.timeoutMs);
    return {
      confirmed: preset.revocation.isConfirmed(await errorAnswer(response)),
      ended: response.ok,
      status: response.status,
      retryAfterMs: retryAfterOf(response, this.clock.now()),
    };
  }
}
