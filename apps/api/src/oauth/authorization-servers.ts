import { Injectable } from '@nestjs/common';
import type { ClientAuthentication, ConnectorEndpoints } from '@valetkey/providers';
import * as oauth from 'oauth4webapi';
import { endpointsOf, isAcceptableEndpoint, type Connector } from '../connectors/index.js';
import { Cache, Clock, isLoopbackHost, SingleFlight } from '../platform/index.js';
import { isSameIssuer } from './id-token.js';
import { AuthorizationServerUnavailable, ConnectorFault, OAuthHttp } from './oauth-http.js';

/** An authorization server as one connector uses it: its configuration, completed by the server's own metadata. */
export interface AuthorizationServer {
  readonly endpoints: ConnectorEndpoints;
  /**
   * The method of a code challenge (RFC 7636): S256, unless the server's own list omits it. `plain` would reveal the
   * verifier to anyone who sees the request, and section 4.2 forbids it to clients that can do better.
   */
  readonly codeChallengeMethod: 'S256' | undefined;
  /** The server puts `iss` into every authorization response: one without it is not its answer (RFC 9207, section 2.4). */
  readonly sendsIssuer: boolean;
  /** Scopes to request every time, those for a refresh token included; none that the server does not list. */
  readonly baseScopes: readonly string[];
  /** How our client authenticates; unused without a stored secret. */
  readonly clientAuthentication: ClientAuthentication;
  /** The same for the revocation endpoint. */
  readonly revocationAuthentication: ClientAuthentication;
}

type Document = oauth.AuthorizationServer;

/** How long a discovery document is cached; an older one is still used while the server returns no new one. */
const DISCOVERY_MS = 10 * 60_000;
/** How long an optional document that could not be read is not requested again. */
const FAILED_MS = 60_000;
const MOST_ISSUERS = 1_000;
/** In our order of preference where a server accepts several. */
const AUTHENTICATIONS: readonly ClientAuthentication[] = [
  'client_secret_basic',
  'client_secret_post',
  'none',
];

/** The metadata of authorization servers, from configuration and discovery (OpenID Connect Discovery 1.0, RFC 8414). */
@Injectable()
export class AuthorizationServers {
  private readonly documents = new Cache<{ at: number; document: Document }>({ most: MOST_ISSUERS });
  private readonly failures: Cache<true>;
  private readonly asking = new SingleFlight<Document>();

  constructor(
    private readonly http: OAuthHttp,
    private readonly clock: Clock,
  ) {
    this.failures = new Cache({ most: MOST_ISSUERS, lifeMs: FAILED_MS, clock });
  }

  /**
   * A connector that names its endpoints works without a discovery document; any other needs one.
   * @param timeoutMs limit for reading the discovery document
   * @throws AuthorizationServerUnavailable
   */
  async of(connector: Connector, timeoutMs: number): Promise<AuthorizationServer> {
    const known = endpointsOf(connector);
    const isComplete = Boolean(known.authorization && known.token);
    const document = await this.documentFor(connector, known.issuer, isComplete, timeoutMs);
    return describe(connector, document ? completed(known, document) : known, document);
  }

  /** The server's own metadata, as it is now. @throws AuthorizationServerUnavailable */
  metadata(issuer: string, timeoutMs: number): Promise<Document> {
    return this.ask(issuer, timeoutMs);
  }

  private async documentFor(
    { preset }: Connector,
    issuer: string | undefined,
    isOptional: boolean,
    timeoutMs: number,
  ): Promise<Document | undefined> {
    if (!preset.discovers || !issuer) return undefined;
    const known = this.documents.get(issuer);
    if (known && this.clock.now() - known.at < DISCOVERY_MS) return known.document;
    const canDoWithout = isOptional || known !== undefined;
    if (canDoWithout && this.failures.has(issuer)) return known?.document;
    try {
      return await this.ask(issuer, timeoutMs);
    } catch (error) {
      this.failures.set(issuer, true);
      if (canDoWithout && error instanceof AuthorizationServerUnavailable) return known?.document;
      throw error;
    }
  }

  /** Simultaneous callers share one request. */
  private ask(issuer: string, timeoutMs: number): Promise<Document> {
    return this.asking.run(issuer, async () => {
      const document = await discover(this.http, issuer, timeoutMs);
      this.documents.set(issuer, { at: this.clock.now(), document });
      return document;
    });
  }
}

/** @throws AuthorizationServerUnavailable; ConnectorFault when the response is no discovery document of this issuer */
export async function discover(http: OAuthHttp, issuer: string, timeoutMs: number): Promise<Document> {
  const at = (algorithm: 'oidc' | 'oauth2') =>
    oauth.discoveryRequest(new URL(issuer), { ...http.options(timeoutMs), algorithm });
  const asOpenId = await at('oidc');
  // A server that is no OpenID provider has its metadata elsewhere (RFC 8414, section 3).
  const response = asOpenId.status === 404 ? await at('oauth2') : asOpenId;
  const { status } = response;
  if (status >= 500 || status === 429)
    throw new AuthorizationServerUnavailable(`discovery: status ${status}`, undefined, false);
  if (status !== 200)
    throw new ConnectorFault(`there is no discovery document at the issuer (status ${status})`);
  const document = (await response.json().catch(() => undefined)) as Document | null | undefined;
  if (typeof document?.issuer !== 'string')
    throw new ConnectorFault('what the issuer answers is no discovery document');
  if (!isSameIssuer(issuer, document.issuer))
    throw new ConnectorFault('the discovery document is of another issuer than the one that is configured');
  return document;
}

/**
 * The configured endpoints, and for the rest those that the server announces.
 * @throws AuthorizationServerUnavailable when one is missing, without https, or on this machine where the server is not
 */
export function completed(known: ConnectorEndpoints, found: Document): ConnectorEndpoints {
  const authorization = known.authorization || found.authorization_endpoint;
  const token = known.token || found.token_endpoint;
  if (!authorization || !token) throw new ConnectorFault('its discovery document lacks endpoints');
  const endpoints = {
    issuer: found.issuer,
    authorization,
    token,
    ...pick('revocation', known.revocation ?? found.revocation_endpoint),
    ...pick('userinfo', known.userinfo ?? found.userinfo_endpoint),
    ...pick('jwks', known.jwks ?? found.jwks_uri),
  };
  const bad = Object.entries(endpoints).find(
    ([name, url]) =>
      !isAcceptableEndpoint(url) ||
      (!known[name as keyof ConnectorEndpoints] && leadsHere(found.issuer, url)),
  );
  if (bad)
    throw new ConnectorFault(
      `its discovery document names an endpoint without https, or on this machine: ${bad[0]}`,
    );
  return endpoints;
}

/** A remote server must not direct us to this machine. */
export function leadsHere(issuer: string, url: string): boolean {
  const isHere = (address: string) => isLoopbackHost(new URL(address).hostname);
  return isHere(url) && !isHere(issuer);
}

function describe(
  connector: Connector,
  endpoints: ConnectorEndpoints,
  document: Document | undefined,
): AuthorizationServer {
  const { preset, options } = connector;
  const clientAuthentication =
    options.clientAuthentication ??
    chosen(document?.token_endpoint_auth_methods_supported, preset.clientAuthentication);
  return {
    endpoints,
    codeChallengeMethod: preset.pkce
      ? challengeMethod(document?.code_challenge_methods_supported)
      : undefined,
    sendsIssuer: document?.authorization_response_iss_parameter_supported === true,
    baseScopes: [
      ...listed(preset.baseScopes, document),
      ...(options.offlineAccess ? listed(preset.offlineScopes, document) : []),
    ],
    clientAuthentication,
    revocationAuthentication:
      options.clientAuthentication ??
      chosen(document?.revocation_endpoint_auth_methods_supported, clientAuthentication),
  };
}

/**
 * A server that lists no methods may still support PKCE, and must ignore unknown parameters (RFC 6749, section 3.1).
 */
function challengeMethod(
  supported: readonly string[] | undefined,
): AuthorizationServer['codeChallengeMethod'] {
  return !supported || supported.includes('S256') ? 'S256' : undefined;
}

function chosen(
  supported: readonly string[] | undefined,
  preferred: ClientAuthentication,
): ClientAuthentication {
  return [preferred, ...AUTHENTICATIONS].find((one) => supported?.includes(one)) ?? preferred;
}

/** A server that lists its scopes and omits one may refuse the whole request for it; every server knows `openid`. */
function listed(scopes: readonly string[], document: Document | undefined): readonly string[] {
  const supported = document?.scopes_supported;
  return supported ? scopes.filter((scope) => scope === 'openid' || supported.includes(scope)) : scopes;
}

function pick<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value ? ({ [name]: value } as Partial<Record<Name, string>>) : {};
}
