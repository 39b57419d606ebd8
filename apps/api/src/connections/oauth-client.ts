import { Injectable } from '@nestjs/common';
import {
  basicAuthorization,
  type ConnectorEndpoints,
  type ConnectorPreset,
  type ProviderAccount,
  type TokenErrorClass,
} from '@valetkey/providers';
import * as oauth from 'oauth4webapi';
import { ConnectorsService, endpointsOf, type Connector } from '../connectors/index.js';
import { Clock } from '../platform/index.js';
import { AuthorizationRejected, checkIdToken } from './id-token.js';
import { AuthorizationServerUnavailable, oauthFetch, retryAfterMs } from './oauth-http.js';
import { bodyOf, errorAnswer, tokenAnswerOf, type TokenAnswer } from './token-answer.js';
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

export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
  readonly nonce: string | undefined;
  readonly requestedScopes: readonly string[];
}

/** How long a discovery document is believed. */
const DISCOVERY_MS = 10 * 60_000;

/** The one OAuth dance for all connectors. It sends and judges; it stores nothing. */
@Injectable()
export class OAuthClient {
  /** Limit for one request, from the first byte out to the last byte in. */
  timeoutMs = 20_000;
  private readonly discovered = new Map<
    string,
    { readonly at: number; readonly server: oauth.AuthorizationServer }
  >();

  constructor(
    private readonly connectors: ConnectorsService,
    private readonly clock: Clock,
  ) {}

  /**
   * The endpoints in force; those of an OIDC connector come from discovery where they are not given.
   * @throws AuthorizationServerUnavailable
   */
  async endpoints(connector: Connector): Promise<ConnectorEndpoints> {
    const known = endpointsOf(connector);
    if ((known.authorization && known.token) || !known.issuer) return known;
    const found = await this.discover(known.issuer);
    const authorization = known.authorization || found.authorization_endpoint;
    const token = known.token || found.token_endpoint;
    if (!authorization || !token)
      throw new AuthorizationServerUnavailable('its discovery document lacks endpoints', undefined, false);
    return {
      issuer: found.issuer,
      authorization,
      token,
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
    const claims = this.claims(connector, endpoints, answer.idToken, exchange.nonce);
    const grant = this.toGrant(connector, answer, exchange.requestedScopes);
    const account = await this.account(connector, endpoints, grant.tokenSet.accessToken, claims);
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
    return { ...grant, tokenSet: { ...grant.tokenSet, refreshToken: answer.refreshToken ?? refreshToken } };
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
      ? basic(secret)
      : oauth.ClientSecretPost(secret);
  }

  /** Some servers report failures with status 200, some answer forms, some firewalls answer HTML: judged in this one place. */
  private async judge({ preset }: Connector, response: Response): Promise<TokenAnswer> {
    const answer = await errorAnswer(response.clone());
    const tokens = tokenAnswerOf(await bodyOf(response));
    if (response.ok && answer.error === undefined && tokens) return tokens;
    const wait = retryAfterMs(response, this.clock.now());
    if (answer.error === undefined)
      throw new AuthorizationServerUnavailable(`status ${response.status} without a token`, wait);
    const verdict = preset.classifyTokenError(answer.status === 200 ? { ...answer, status: 400 } : answer);
    throw new TokenRequestRefused(verdict, answer.error, wait);
  }

  private toGrant({ preset }: Connector, answer: TokenAnswer, requested: readonly string[]): Grant {
    const obtainedAt = this.clock.now();
    const { accessToken, refreshToken, expiresIn, scope } = answer;
    return {
      tokenSet: {
        accessToken,
        refreshToken,
        tokenType: 'Bearer',
        expiresAt: expiresIn === undefined ? undefined : obtainedAt + expiresIn * 1000,
        obtainedAt,
      },
      scopes: preset.normaliseGranted(scope, requested),
    };
  }

  /** What the ID token says; `undefined` when there is none to judge. @throws AuthorizationRejected */
  private claims(
    { preset, clientId }: Connector,
    { issuer }: ConnectorEndpoints,
    idToken: string | undefined,
    nonce: string | undefined,
  ): Record<string, unknown> | undefined {
    if (!preset.oidc || idToken === undefined) return undefined;
    return checkIdToken(idToken, { clientId, issuer, nonce, now: this.clock.now() });
  }

  /** Whose tokens these are, by userinfo; by the ID token where a server has no userinfo, which OIDC lets it leave out. */
  private async account(
    { preset }: Connector,
    { userinfo }: ConnectorEndpoints,
    accessToken: string,
    claims: Record<string, unknown> | undefined,
  ): Promise<ProviderAccount> {
    const subject = claims && preset.account.map({ sub: claims['sub'] });
    if (!userinfo) {
      if (subject) return preset.account.map(claims) ?? subject;
      throw new AuthorizationRejected(
        'the connector has no userinfo endpoint and got no ID token, so the account cannot be known',
      );
    }
    const account = await this.userinfo(preset, userinfo, accessToken);
    if (subject && subject.id !== account.id)
      throw new AuthorizationRejected('the ID token speaks of another account than userinfo');
    return account;
  }

  private async userinfo(
    { account: { method, headers, map } }: ConnectorPreset,
    url: string,
    accessToken: string,
  ): Promise<ProviderAccount> {
    const response = await oauthFetch(
      url,
      {
        method,
        headers: { 'user-agent': 'valetkey', ...headers, authorization: `Bearer ${accessToken}` },
      },
      this.timeoutMs,
    );
    if (response.status >= 500 || response.status === 429)
      throw new AuthorizationServerUnavailable(`userinfo answered ${response.status}`);
    const account = response.ok ? map(await bodyOf(response)) : undefined;
    if (!account) throw new AuthorizationRejected(`userinfo (status ${response.status}) names no account`);
    return account;
  }

  private async discover(issuer: string): Promise<oauth.AuthorizationServer> {
    const known = this.discovered.get(issuer);
    const now = this.clock.now();
    if (known && now - known.at < DISCOVERY_MS) return known.server;
    try {
      const url = new URL(issuer);
      const server = await oauth.processDiscoveryResponse(
        url,
        await oauth.discoveryRequest(url, this.options()),
      );
      this.discovered.set(issuer, { at: now, server });
      return server;
    } catch (error) {
      if (error instanceof AuthorizationServerUnavailable) throw error;
      throw new AuthorizationServerUnavailable(`discovery: ${(error as Error).message}`, undefined, false);
    }
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

/**
 * Encodes as forms do (RFC 6749, section 2.3.1), and not more: servers that take the header literally know a client id
 * with a dash only so.
 */
function basic(clientSecret: string): oauth.ClientAuth {
  return (_server, { client_id: clientId }, _body, headers) =>
    headers.set('authorization', basicAuthorization({ clientId, clientSecret }));
}
