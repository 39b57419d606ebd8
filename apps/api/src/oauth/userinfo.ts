import { Injectable } from '@nestjs/common';
import {
  accountIn,
  clientHeaders,
  tokenHeader,
  type ConnectorEndpoints,
  type ProviderAccount,
} from '@valetkey/providers';
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Connector } from '../connectors/index.js';
import { Cache, Clock } from '../platform/index.js';
import { AuthorizationRejected, isSameIssuer } from './id-token.js';
import { AuthorizationServerUnavailable, ConnectorFault, OAuthHttp } from './oauth-http.js';
import { bodyOf, isPage, misplacedBy } from './token-answer.js';

/** An account as userinfo returns it. */
export interface UserinfoAnswer {
  readonly account: ProviderAccount;
  /** `sub`, where the response has one beside the member that the connector uses as id. */
  readonly subject: string | undefined;
}

/** Accepted signature algorithms: with a key that the issuer publishes, never with a shared secret. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
/** Allowed clock skew. */
const LEEWAY_S = 60;
const MOST_KEY_SETS = 500;

/** Requests the account behind a token, and reads the response (OpenID Connect Core 1.0, section 5.3). */
@Injectable()
export class Userinfo {
  private readonly keySets = new Cache<JWTVerifyGetKey>({ most: MOST_KEY_SETS });

  constructor(
    private readonly http: OAuthHttp,
    private readonly clock: Clock,
  ) {}

  /** @throws AuthorizationServerUnavailable */
  ask(connector: Connector, url: string, accessToken: string, timeoutMs: number): Promise<Response> {
    const { method, body, authorization } = connector.preset.account;
    const headers = {
      'user-agent': 'valetkey',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...clientHeaders(connector.preset.account.headers, connector),
      ...tokenHeader(accessToken, authorization),
    };
    return this.http.fetch(url, { method, headers, ...(body === undefined ? {} : { body }) }, timeoutMs);
  }

  /**
   * The account in a response.
   * @throws AuthorizationRejected, AuthorizationServerUnavailable; ConnectorFault when it comes from no userinfo
   * endpoint, or when the connector does not find the account in it
   */
  async read(
    connector: Connector,
    endpoints: ConnectorEndpoints,
    response: Response,
    timeoutMs: number,
  ): Promise<UserinfoAnswer> {
    const { status } = response;
    if (status >= 500 || status === 429)
      throw new AuthorizationServerUnavailable(`userinfo answered ${status}`);
    const misplaced = misplacedBy(response, 'userinfo');
    if (misplaced) throw new ConnectorFault(misplaced);
    if (!response.ok && !connector.preset.account.takes?.(status))
      throw new AuthorizationRejected(`userinfo (status ${status}) names no account`);
    if (await isPage(response))
      throw new ConnectorFault('userinfo answers with a page (HTML), and no account');
    const signed = await signedIn(response);
    const json =
      signed === undefined
        ? await bodyOf(response)
        : await this.verified(connector, endpoints, signed, timeoutMs);
    return accountOf(connector, json);
  }

  /** @returns the claims of a signed response (section 5.3.2) */
  private async verified(
    { clientId }: Connector,
    { jwks, issuer }: ConnectorEndpoints,
    token: string,
    timeoutMs: number,
  ): Promise<Record<string, unknown>> {
    if (token.split('.').length !== 3)
      throw new ConnectorFault('userinfo is encrypted, and only signed is known here');
    if (!jwks)
      throw new ConnectorFault('userinfo is signed, and no address of its keys is known (endpoints.jwks)');
    const options = { algorithms: ALGORITHMS, currentDate: this.clock.date(), clockTolerance: LEEWAY_S };
    const { payload } = await jwtVerify(token, this.keysAt(jwks, timeoutMs), options).catch(explain);
    if (
      payload.iss !== undefined &&
      issuer !== undefined &&
      !isSameIssuer(payload.iss, issuer, payload['tid'])
    )
      throw new AuthorizationRejected('the signed userinfo is from another issuer');
    if (payload.aud !== undefined && ![payload.aud].flat().includes(clientId))
      throw new AuthorizationRejected('the signed userinfo is for another client');
    return payload;
  }

  private keysAt(jwks: string, timeoutMs: number): JWTVerifyGetKey {
    const known = this.keySets.get(jwks);
    if (known) return known;
    const keys = createRemoteJWKSet(new URL(jwks), {
      [customFetch]: async (url) => {
        const headers = { 'user-agent': 'valetkey', accept: 'application/json' };
        const response = await this.http.fetch(url, { headers }, timeoutMs);
        const { status } = response;
        if (status >= 500 || status === 429)
          throw new AuthorizationServerUnavailable(`the keys: status ${status}`);
        if (status !== 200)
          throw new ConnectorFault(`there are no keys at the issuer's JWKS address (status ${status})`);
        return response;
      },
    });
    this.keySets.set(jwks, keys);
    return keys;
  }
}

/** @throws ConnectorFault when the connector does not find the account in it */
export function accountOf({ preset, options }: Connector, json: Record<string, unknown>): UserinfoAnswer {
  const found = accountIn(json, options.accountPaths ?? {}, preset.account.map);
  if ('fault' in found) throw new ConnectorFault(`${found.fault}; accountPaths says where it is`);
  return {
    ...found,
    subject: Object.hasOwn(json, 'sub') ? preset.account.map({ sub: json['sub'] })?.id : undefined,
  };
}

/** The token of a response that is a JWT, whatever its content type. */
async function signedIn(response: Response): Promise<string | undefined> {
  const isCalledSo = /^application\/(?:[\w.-]+\+)?jwt\b/i.test(response.headers.get('content-type') ?? '');
  const text = (await response.clone().text()).trim().replace(/^"(.*)"$/, '$1');
  return isCalledSo || /^eyJ[\w-]+(?:\.[\w-]*){2,4}$/.test(text) ? text : undefined;
}

function explain(error: unknown): never {
  if (error instanceof errors.JOSEAlgNotAllowed)
    throw new ConnectorFault('userinfo is signed in a way that is not known here, or not at all');
  const isNoKeySet =
    error instanceof errors.JWKSInvalid ||
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC');
  if (isNoKeySet) throw new ConnectorFault("what is at the issuer's JWKS address is no set of keys");
  if (error instanceof errors.JOSEError)
    throw new AuthorizationRejected('the signed userinfo is not of the issuer, or not of now');
  throw error;
}
