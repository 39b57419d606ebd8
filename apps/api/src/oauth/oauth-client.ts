import { Injectable } from '@nestjs/common';
import {
  basicAuthorization,
  type ClientAuthentication,
  type ConnectorEndpoints,
  type ConnectorPreset,
  type ProviderAccount,
  type TokenErrorClass,
} from '@valetkey/providers';
import * as oauth from 'oauth4webapi';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { Clock, retryAfterOf } from '../platform/index.js';
import { AuthorizationServers, type AuthorizationServer } from './authorization-servers.js';
import { AuthorizationRejected, checkIdToken } from './id-token.js';
import { AuthorizationServerUnavailable, ConnectorFault, OAuthHttp } from './oauth-http.js';
import { bodyOf, errorAnswer, kindOf, misplacedBy, tokenAnswerOf, type TokenAnswer } from './token-answer.js';
import type { Grant } from './token-set.js';
import { accountOf, Userinfo } from './userinfo.js';

/** The authorization server refused a code or a refresh token with an OAuth error. */
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

/** The OAuth client for all connectors. It sends requests and judges responses; it stores nothing. */
@Injectable()
export class OAuthClient {
  /** Limit for one request, from the first byte sent to the last byte received. */
  timeoutMs = 20_000;

  constructor(
    private readonly connectors: ConnectorsService,
    private readonly servers: AuthorizationServers,
    private readonly http: OAuthHttp,
    private readonly userinfo: Userinfo,
    private readonly clock: Clock,
  ) {}

  /**
   * The endpoints in force; those of an OIDC connector come from discovery where they are not given.
   * @throws AuthorizationServerUnavailable
   */
  async endpoints(connector: Connector): Promise<ConnectorEndpoints> {
    return (await this.server(connector)).endpoints;
  }

  /**
   * The endpoints in force, and what the server supports.
   * @throws AuthorizationServerUnavailable when it must be discovered and cannot be
   */
  server(connector: Connector): Promise<AuthorizationServer> {
    return this.servers.of(connector, this.timeoutMs);
  }

  /** @throws TokenRequestRefused, AuthorizationRejected, AuthorizationServerUnavailable */
  async exchangeCode(
    connector: Connector,
    exchange: CodeExchange,
  ): Promise<Grant & { account: ProviderAccount }> {
    const server = await this.server(connector);
    const { endpoints } = server;
    const parameters = new URLSearchParams({ code: exchange.code, redirect_uri: exchange.redirectUri });
    if (exchange.codeVerifier) parameters.set('code_verifier', exchange.codeVerifier);
    const answer = await this.tokenRequest(connector, server, 'authorization_code', parameters);
    const claims = this.claims(connector, endpoints, answer.idToken, exchange.nonce);
    const grant = this.toGrant(connector, answer, exchange.requestedScopes);
    const account = await this.account(connector, endpoints, grant.tokenSet.accessToken, claims);
    return { ...grant, account };
  }

  /** @throws TokenRequestRefused, AuthorizationServerUnavailable */
  async refresh(connector: Connector, refreshToken: string, held: readonly string[]): Promise<Grant> {
    const answer = await this.tokenRequest(
      connector,
      await this.server(connector),
      'refresh_token',
      new URLSearchParams({ refresh_token: refreshToken }),
    );
    const grant = this.toGrant(connector, answer, held);
    return { ...grant, tokenSet: { ...grant.tokenSet, refreshToken: answer.refreshToken ?? refreshToken } };
  }

  private async tokenRequest(
    connector: Connector,
    { endpoints, clientAuthentication }: AuthorizationServer,
    grantType: string,
    parameters: URLSearchParams,
  ): Promise<TokenAnswer> {
    const server: oauth.AuthorizationServer = {
      issuer: endpoints.issuer ?? endpoints.token,
      token_endpoint: endpoints.token,
    };
    const client: oauth.Client = { client_id: connector.clientId };
    const authentication = await this.authentication(connector, clientAuthentication);
    const { tokenRequest: style } = connector.preset;
    for (const [name, value] of Object.entries(style?.parameters ?? {})) parameters.set(name, value);
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      authentication,
      grantType,
      parameters,
      this.http.options(this.timeoutMs, (init) => styled(init, style)),
    );
    return this.judge(connector, response);
  }

  private async authentication(
    connector: Connector,
    method: ClientAuthentication,
  ): Promise<oauth.ClientAuth> {
    const secret = method === 'none' ? undefined : await this.connectors.clientSecret(connector);
    if (!secret) return oauth.None();
    return method === 'client_secret_basic' ? basic(secret) : oauth.ClientSecretPost(secret);
  }

  /**
   * Some servers report failures with status 200, some return forms, some firewalls return HTML: all are judged here.
   */
  private async judge({ preset }: Connector, response: Response): Promise<TokenAnswer> {
    const answer = await errorAnswer(response.clone());
    const tokens = tokenAnswerOf(await bodyOf(response.clone()), preset.tokenAnswer);
    if (response.ok && answer.error === undefined && tokens) return bearer(tokens, preset.tokenAnswer?.types);
    const wait = retryAfterOf(response, this.clock.now());
    // A server that sends Retry-After is unavailable, whatever else it answers.
    if (answer.error === undefined && wait === undefined) await requireTokenEndpoint(response);
    if (answer.error === undefined && answer.status !== 429)
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
      scopes: preset.normaliseGranted(scope, requested, accessToken),
    };
  }

  /**
   * The claims of the ID token; `undefined` when there is none to verify.
   * @throws AuthorizationRejected
   */
  private claims(
    { preset, clientId }: Connector,
    { issuer }: ConnectorEndpoints,
    idToken: string | undefined,
    nonce: string | undefined,
  ): Record<string, unknown> | undefined {
    if (!preset.oidc || idToken === undefined) return undefined;
    return checkIdToken(idToken, { clientId, issuer, nonce, now: this.clock.now() });
  }

  /** The account of the tokens, by userinfo; by the ID token where a server has no userinfo, which OIDC allows. */
  private async account(
    connector: Connector,
    endpoints: ConnectorEndpoints,
    accessToken: string,
    claims: Record<string, unknown> | undefined,
  ): Promise<ProviderAccount> {
    if (!endpoints.userinfo) {
      if (claims) return accountOf(connector, claims).account;
      throw new AuthorizationRejected(
        'the connector has no userinfo endpoint and got no ID token, so the account cannot be known',
      );
    }
    const response = await this.userinfo.ask(connector, endpoints.userinfo, accessToken, this.timeoutMs);
    const { account, subject } = await this.userinfo.read(connector, endpoints, response, this.timeoutMs);
    const expected = claims && connector.preset.account.map({ sub: claims['sub'] })?.id;
    if (expected !== undefined && expected !== (subject ?? account.id))
      throw new AuthorizationRejected('the ID token speaks of another account than userinfo');
    return account;
  }
}

/** The token request as the preset says, whose members are those of the form (RFC 6749, section 4.1.3). */
function styled(init: RequestInit, style: ConnectorPreset['tokenRequest']): RequestInit {
  if (!style) return init;
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(style.headers)) headers.set(name, value);
  if (style.encoding === 'form') return { ...init, headers };
  headers.set('content-type', 'application/json');
  const members = Object.fromEntries(new URLSearchParams(String(init.body)));
  return { ...init, headers, body: JSON.stringify(members) };
}

/** We send bearer tokens; one of another type would be refused, or worse, at every use (RFC 6749, 7.1). */
function bearer(tokens: TokenAnswer, like: readonly string[] = []): TokenAnswer {
  const { tokenType } = tokens;
  if (tokenType === undefined || tokenType.toLowerCase() === 'bearer' || like.includes(tokenType))
    return tokens;
  throw new ConnectorFault(
    `the server gives tokens of the type "${tokenType.replace(/[^\w.+-]/g, '').slice(0, 40)}", and only Bearer is known here`,
    true,
  );
}

/** @throws ConnectorFault when a response without an OAuth error shows that it comes from no token endpoint */
async function requireTokenEndpoint(response: Response): Promise<void> {
  const misplaced = misplacedBy(response, 'the token endpoint');
  if (misplaced) throw new ConnectorFault(misplaced);
  if (!response.ok && response.status !== 400) return;
  const kind = await kindOf(response);
  throw new ConnectorFault(
    `the token endpoint answers with ${kind}, and no token (status ${response.status})`,
    response.ok,
  );
}

/**
 * Encodes as forms do (RFC 6749, section 2.3.1), and no more: servers that read the header literally do not recognize a
 * client id with an encoded dash.
 */
function basic(clientSecret: string): oauth.ClientAuth {
  return (_server, { client_id: clientId }, _body, headers) =>
    headers.set('authorization', basicAuthorization({ clientId, clientSecret }));
}
