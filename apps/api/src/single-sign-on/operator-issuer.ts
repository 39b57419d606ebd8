import { Inject, Injectable } from '@nestjs/common';
import * as oauth from 'oauth4webapi';
import { SETTINGS_TOKEN, type Settings, type SingleSignOnSettings } from '../config/index.js';
import { AuthorizationServerUnavailable, discover, OAuthHttp } from '../oauth/index.js';
import { SsoRefusal } from '../operators/index.js';
import { Clock, Log, Problem } from '../platform/index.js';
import type { Claims } from './sso-claims.js';

/** The path to which the issuer sends people back; it is registered there. */
export const CALLBACK_PATH = '/v1/operator/session/sso/callback';

const TIMEOUT_MS = 10_000;
/** How long the issuer's own description is kept, with its keys. */
const DISCOVERY_MS = 10 * 60_000;
/** Clocks may differ by this much. */
const TOLERANCE_S = 60;

/** The secrets of one trip to the issuer. */
export interface TripSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Asks the issuer, and judges what of its answers can be believed. It knows no operator. */
@Injectable()
export class OperatorIssuer {
  private known: { readonly at: number; readonly server: oauth.AuthorizationServer } | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly http: OAuthHttp,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /**
   * The address to which the browser goes.
   * @param asksAgain whether the person has to prove who they are, though they are signed in at the issuer
   * @throws Problem 409 `single_sign_on_off`, 502 `single_sign_on_unavailable`
   */
  async authorizationUri({ state, nonce, codeVerifier }: TripSecrets, asksAgain: boolean): Promise<string> {
    const settings = this.requireSettings();
    const uri = await this.authorizationEndpoint(settings).catch((error: unknown) => {
      throw this.unavailable(error);
    });
    const parameters = {
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: this.redirectUri,
      scope: settings.scopes,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      ...(asksAgain && { prompt: 'login', max_age: '0' }),
    };
    for (const [name, value] of Object.entries(parameters)) uri.searchParams.set(name, value);
    return uri.href;
  }

  /**
   * The claims for which the issuer's answer was exchanged.
   * @throws SsoRefusal
   */
  async claims(answer: URLSearchParams, trip: TripSecrets): Promise<Claims> {
    try {
      return await this.exchange(answer, trip);
    } catch (error) {
      const reason = reasonOf(error);
      const { name, message } = error as Error;
      this.log.warn('single sign-on failed', { reason, error: `${name}: ${message}` });
      throw new SsoRefusal(reason);
    }
  }

  private async exchange(answer: URLSearchParams, trip: TripSecrets): Promise<Claims> {
    const settings = this.requireSettings();
    const server = await this.server(settings);
    const { clientId, clientSecret, issuer } = settings;
    const client = { client_id: clientId, [oauth.clockTolerance]: TOLERANCE_S };
    const options = { ...this.http.options(TIMEOUT_MS), [oauth.allowInsecureRequests]: isPlain(issuer) };
    // Also judges `iss` (RFC 9207), so that an answer of another issuer never reaches this one's token endpoint.
    const parameters = oauth.validateAuthResponse(server, client, answer, trip.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authentication(server, clientSecret),
      parameters,
      this.redirectUri,
      trip.codeVerifier,
      options,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: trip.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, options);
    const claims = oauth.getValidatedIdTokenClaims(tokens);
    if (!claims) throw new oauth.UnsupportedOperationError('there is no ID token');
    // The library asks it of tokens with several audiences only (OpenID Connect Core 1.0, section 3.1.3.7, 5).
    if (claims.azp !== undefined && claims.azp !== clientId)
      throw new oauth.OperationProcessingError('the ID token was issued to another client');
    if (server.userinfo_endpoint === undefined) return { ...claims };
    const userinfo = await oauth.userInfoRequest(server, client, tokens.access_token, options);
    return { ...(await oauth.processUserInfoResponse(server, client, claims.sub, userinfo)), ...claims };
  }

  private async authorizationEndpoint(settings: SingleSignOnSettings): Promise<URL> {
    const { authorization_endpoint: endpoint = '' } = await this.server(settings);
    const protocols = isPlain(settings.issuer) ? ['https:', 'http:'] : ['https:'];
    if (URL.canParse(endpoint) && protocols.includes(new URL(endpoint).protocol)) return new URL(endpoint);
    throw new AuthorizationServerUnavailable('its discovery document names no authorization endpoint');
  }

  private async server({ issuer }: SingleSignOnSettings): Promise<oauth.AuthorizationServer> {
    const now = this.clock.now();
    if (this.known && now - this.known.at < DISCOVERY_MS) return this.known.server;
    try {
      this.known = { at: now, server: await discover(this.http, issuer, TIMEOUT_MS) };
    } catch (error) {
      // An older description serves on while there is no new one.
      if (!this.known) throw error;
    }
    return this.known.server;
  }

  private requireSettings(): SingleSignOnSettings {
    const { singleSignOn } = this.settings;
    if (!singleSignOn) throw new Problem('single_sign_on_off');
    return singleSignOn;
  }

  private get redirectUri(): string {
    return `${this.settings.publicUrl}${CALLBACK_PATH}`;
  }

  private unavailable(error: unknown): unknown {
    if (!(error instanceof AuthorizationServerUnavailable)) return error;
    this.log.warn('single sign-on: the issuer cannot be used', { error: error.message });
    return new Problem('single_sign_on_unavailable');
  }
}

const isPlain = (issuer: string) => issuer.startsWith('http:');

function reasonOf(error: unknown): 'denied' | 'unavailable' | 'bad_answer' {
  if (error instanceof oauth.AuthorizationResponseError)
    return ['server_error', 'temporarily_unavailable'].includes(error.error) ? 'unavailable' : 'denied';
  return error instanceof AuthorizationServerUnavailable ? 'unavailable' : 'bad_answer';
}

function authentication(
  { token_endpoint_auth_methods_supported: supported }: oauth.AuthorizationServer,
  secret: string | undefined,
): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  // Without a list it is `client_secret_basic` (OpenID Connect Discovery 1.0, section 3).
  const usesPost = supported?.includes('client_secret_post') && !supported.includes('client_secret_basic');
  return usesPost ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
}
