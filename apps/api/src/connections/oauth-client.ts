import { Injectable } from '@nestjs/common';
import type { ConnectorEndpoints, ProviderAccount, TokenErrorClass } from '@valetkey/providers';
import * as oauth from 'oauth4webapi';
import { ConnectorsService, endpointsOf, type Connector } from '../connectors/index.js';
import { Clock } from '../platform/index.js';
import { AuthorizationServerUnavailable, oauthFetch, retryAfterMs } from './oauth-http.js';
import type { Grant, TokenSet } from './token-set.js';

/** The authorization server refused a code or a refresh token, and said so in its own words. */
export class TokenRequestRefused extends Error {
  override readonly name = 'TokenRequestRefused';

  constructor(
    readonly verdict: TokenErrorClass,
    /** RFC 6749, section 5.2. */
    readonly error: string | undefined,
    readonly retryAfterMs?: number,
  ) {
    super(`the authorization server refused: ${error ?? 'no error code'} (${verdict.reason})`);
  }
}

/** The answer breaks the protocol: another issuer, another nonce, another subject. */
export class AuthorizationRejected extends Error {
  override readonly name = 'AuthorizationRejected';
}

export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
  readonly nonce: string | undefined;
  readonly requestedScopes: readonly string[];
}

/** The token answer, reduced to what every provider has in common (RFC 6749, section 5.1). */
interface TokenAnswer {
  readonly access_token: string;
  readonly token_type?: string;
  readonly expires_in?: number | string;
  readonly refresh_token?: string;
  readonly scope?: string;
  readonly id_token?: string;
}

/** The one OAuth dance for all connectors. It sends and judges; it stores nothing. */
@Injectable()
export class OAuthClient {
  /** Limit for one request, from the first byte out to the last byte in. */
  timeoutMs = 20_000;

  constructor(
    private readonly connectors: ConnectorsService,
    private readonly clock: Clock,
  ) {}

  /** The endpoints in force; those of an OIDC connector come from discovery where they are not given. */
  async endpoints(connector: Connector): Promise<ConnectorEndpoints> {
    const known = endpointsOf(connector);
    if ((known.authorization && known.token) || !known.issuer) return known;
    const issuer = new URL(known.issuer);
    const response = await oauth.discoveryRequest(issuer, this.options());
    const found = await oauth.processDiscoveryResponse(issuer, response);
    return {
      issuer: found.issuer,
      authorization: known.authorization || (found.authorization_endpoint ?? ''),
      token: known.token || (found.token_endpoint ?? ''),
      ...pick('revocation', known.revocation ?? found.revocation_endpoint),
      ...pick('userinfo', known.userinfo ?? found.userinfo_endpoint),
      ...pick('jwks', known.jwks ?? found.jwks_uri),
    };
  }

  /** @throws TokenRequestRefused, AuthorizationRejected, AuthorizationServerUnavailable */
  async exchangeCode(
    connector: Connector,
    exchange: CodeExchange,
  ): Promise<Grant & { account: ProviderAccount }> {
    const endpoints = await this.endpoints(connector);
    const parameters = new URLSearchParams({ code: exchange.code, redirect_uri: exchange.redirectUri });
    if (exchange.codeVerifier) parameters.set('code_verifier', exchange.codeVerifier);
    const answer = await this.tokenRequest(connector, endpoints, 'authorization_code', parameters);
    const subject = checkIdToken(answer.id_token, {
      connector,
      endpoints,
      nonce: exchange.nonce,
      now: this.clock.now(),
    });
    const grant = this.toGrant(connector, answer, exchange.requestedScopes);
    const account = await this.account(connector, endpoints, grant.tokenSet.accessToken);
    if (subject !== undefined && subject !== account.id)
      throw new AuthorizationRejected('the ID token speaks of another account than userinfo');
    return { ...grant, account };
  }

  /** @throws TokenRequestRefused, AuthorizationServerUnavailable */
  async refresh(connector: Connector, refreshToken: string, held: readonly string[]): Promise<Grant> {
    const endpoints = await this.endpoints(connector);
    const answer = await this.tokenRequest(
      connector,
      endpoints,
      'refresh_token',
      new URLSearchParams({ refresh_token: refreshToken }),
    );
    const grant = this.toGrant(connector, answer, held);
    return { ...grant, tokenSet: { ...grant.tokenSet, refreshToken: answer.refresh_token ?? refreshToken } };
  }

  /** @returns whether the provider confirmed that the tokens are dead; `undefined` when it offers no revocation */
  async revoke(connector: Connector, tokenSet: TokenSet): Promise<boolean | undefined> {
    const endpoints = await this.endpoints(connector);
    const { accessToken, refreshToken } = tokenSet;
    const clientSecret = (await this.connectors.clientSecret(connector.id)) ?? '';
    const request = connector.preset.revocation.buildRequest({
      endpoints,
      clientId: connector.clientId,
      clientSecret,
      accessToken,
      refreshToken,
    });
    if (!request) return undefined;
    const response = await oauthFetch(
      request.url,
      {
        method: request.method,
        headers: request.headers,
        ...(request.body === undefined ? {} : { body: request.body }),
      },
      this.timeoutMs,
    );
    return connector.preset.revocation.isConfirmed(await errorAnswer(response));
  }

  private async tokenRequest(
    connector: Connector,
    endpoints: ConnectorEndpoints,
    grantType: string,
    parameters: URLSearchParams,
  ): Promise<TokenAnswer> {
    const server: oauth.AuthorizationServer = {
      issuer: endpoints.issuer ?? endpoints.token,
      token_endpoint: endpoints.token,
    };
    const client: oauth.Client = { client_id: connector.clientId };
    const authentication = await this.clientAuthentication(connector);
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      authentication,
      grantType,
      parameters,
      this.options(),
    );
    return this.judge(connector, response);
  }

  private async clientAuthentication({ id, preset }: Connector): Promise<oauth.ClientAuth> {
    const secret = await this.connectors.clientSecret(id);
    if (!secret) return oauth.None();
    return preset.clientAuthentication === 'client_secret_basic'
      ? oauth.ClientSecretBasic(secret)
      : oauth.ClientSecretPost(secret);
  }

  /** Some servers report failures with status 200, some answer forms, some firewalls answer HTML: judged in this one place. */
  private async judge({ preset }: Connector, response: Response): Promise<TokenAnswer> {
    const answer = await errorAnswer(response.clone());
    const body = await bodyOf(response);
    const accessToken = body['access_token'];
    if (response.ok && answer.error === undefined && typeof accessToken === 'string' && accessToken !== '') {
      return body as unknown as TokenAnswer;
    }
    const wait = retryAfterMs(response, this.clock.now());
    if (answer.error === undefined)
      throw new AuthorizationServerUnavailable(`status ${response.status} without a token`, wait);
    const verdict = preset.classifyTokenError(answer.status === 200 ? { ...answer, status: 400 } : answer);
    throw new TokenRequestRefused(verdict, answer.error, wait);
  }

  private toGrant({ preset }: Connector, answer: TokenAnswer, requested: readonly string[]): Grant {
    const obtainedAt = this.clock.now();
    const expiresIn = Number(answer.expires_in);
    return {
      tokenSet: {
        accessToken: answer.access_token,
        refreshToken: answer.refresh_token,
        tokenType: 'Bearer',
        expiresAt:
          answer.expires_in !== undefined && Number.isFinite(expiresIn)
            ? obtainedAt + expiresIn * 1000
            : undefined,
        obtainedAt,
      },
      scopes: preset.normaliseGranted(answer.scope, requested),
    };
  }

  private async account(
    { preset }: Connector,
    { userinfo }: ConnectorEndpoints,
    accessToken: string,
  ): Promise<ProviderAccount> {
    if (!userinfo)
      throw new AuthorizationRejected(
        'the connector has no userinfo endpoint, so the account cannot be known',
      );
    const { method, headers } = preset.account;
    const response = await oauthFetch(
      userinfo,
      {
        method,
        headers: { 'user-agent': 'valetkey', ...headers, authorization: `Bearer ${accessToken}` },
      },
      this.timeoutMs,
    );
    if (response.status >= 500 || response.status === 429)
      throw new AuthorizationServerUnavailable(`userinfo answered ${response.status}`);
    const account = response.ok ? preset.account.map(await bodyOf(response)) : undefined;
    if (!account) throw new AuthorizationRejected(`userinfo (status ${response.status}) names no account`);
    return account;
  }

  private options() {
    return {
      [oauth.customFetch]: (url: string, init: oauth.CustomFetchOptions<string, unknown>) =>
        oauthFetch(url, init as RequestInit, this.timeoutMs),
      // Plain http is kept to loopback by the connectors file.
      [oauth.allowInsecureRequests]: true,
      headers: { 'user-agent': 'valetkey', accept: 'application/json' },
    };
  }
}

function pick<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value ? ({ [name]: value } as Partial<Record<Name, string>>) : {};
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (/x-www-form-urlencoded/.test(response.headers.get('content-type') ?? ''))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const json: unknown = JSON.parse(text);
    return json !== null && typeof json === 'object' ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function errorAnswer(response: Response) {
  const body = await bodyOf(response);
  const text = (value: unknown) =>
    typeof value === 'string' && value !== '' ? value.slice(0, 500) : undefined;
  return {
    status: response.status,
    error: text(body['error']) ?? text(body['error_summary']),
    description: text(body['error_description']),
    contentType: response.headers.get('content-type') ?? undefined,
  };
}

/**
 * The claims of an ID token that came straight from the token endpoint, where TLS stands for the signature
 * (OpenID Connect Core 1.0, section 3.1.3.7).
 * @returns the subject; `undefined` when there is no ID token to judge
 */
function checkIdToken(
  idToken: string | undefined,
  {
    connector,
    endpoints,
    nonce,
    now,
  }: { connector: Connector; endpoints: ConnectorEndpoints; nonce: string | undefined; now: number },
): string | undefined {
  if (!connector.preset.oidc || idToken === undefined) return undefined;
  const claims = claimsOf(idToken);
  const audience = [claims['aud']].flat();
  if (endpoints.issuer !== undefined && claims['iss'] !== endpoints.issuer)
    throw new AuthorizationRejected('the ID token is from another issuer');
  if (!audience.includes(connector.clientId))
    throw new AuthorizationRejected('the ID token is for another client');
  if (typeof claims['exp'] !== 'number' || claims['exp'] * 1000 < now - 60_000)
    throw new AuthorizationRejected('the ID token has expired');
  if (nonce !== undefined && claims['nonce'] !== nonce)
    throw new AuthorizationRejected('the ID token has another nonce');
  return typeof claims['sub'] === 'string' ? claims['sub'] : undefined;
}

function claimsOf(idToken: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
  } catch {
    throw new AuthorizationRejected('the ID token cannot be read');
  }
}
