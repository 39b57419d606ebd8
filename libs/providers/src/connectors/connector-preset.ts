import type { EntryParameters } from '../core/template.js';
import type { TokenHeader } from '../core/http/token-header.js';

/** Those whose behaviour is code; all others are data, in the catalogue. */
export type BuiltInPresetId = 'google' | 'github' | 'dropbox' | 'oauth2' | 'oidc';

/** Each endpoint stands alone: none is derived from another. Empty string where the operator must fill it in. */
export interface ConnectorEndpoints {
  readonly issuer?: string;
  readonly authorization: string;
  readonly token: string;
  /** May hold the placeholder `{client_id}` (GitHub). */
  readonly revocation?: string;
  /** Where the account is read, whatever the provider calls it. */
  readonly userinfo?: string;
  readonly jwks?: string;
}

/** How our OAuth client proves at the token endpoint who it is (RFC 7591 section 2); `none` = a public client. */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

export type Prompt = 'none' | 'login' | 'consent' | 'select_account';

export interface AuthorizationParamsInput {
  /** As the operator set them for the connector; empty = the provider decides. */
  readonly prompts: readonly Prompt[];
  /** We want a refresh token. */
  readonly offlineAccess: boolean;
  /** The user already has a connection and only adds scopes to it. */
  readonly upgrading: boolean;
  /** The account that the answer should belong to, when upgrading. A hint: the answer must still be compared. */
  readonly account?: ProviderAccount | undefined;
}

/** The account at the provider. `id` is the stable subject; compare that, never the e-mail. */
export interface ProviderAccount {
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
}

export interface RevocationInput {
  readonly endpoints: ConnectorEndpoints;
  readonly clientId: string;
  /** `undefined` for a public client. */
  readonly clientSecret: string | undefined;
  readonly clientAuthentication: ClientAuthentication;
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** The account that the tokens belong to, where it is known. */
  readonly accountId?: string | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer to a revocation or token request, reduced to what judges it. */
export interface OAuthErrorAnswer {
  readonly status: number;
  /** RFC 6749 section 5.2 `error`, or Dropbox' `error_summary`. */
  readonly error?: string | undefined;
  readonly description?: string | undefined;
  readonly contentType?: string | undefined;
}

export interface ConnectorRevocation {
  readonly style: 'rfc7009' | 'google' | 'github_grant' | 'dropbox' | 'request' | 'none';
  /**
   * The effect of a revocation: it ends this grant's tokens, or everything that the user granted to the OAuth client.
   */
  readonly kills: 'token_set' | 'whole_grant';
  /** The provider accepts only an access token that has not expired: refresh before revoking. */
  readonly needsLiveAccessToken: boolean;
  /** `undefined` when there is nothing to send: no endpoint, or no token that it takes. */
  buildRequest(input: RevocationInput): HttpRequest | undefined;
  /** The response proves that the tokens no longer work, even if they were invalid before. */
  isConfirmed(answer: OAuthErrorAnswer): boolean;
  /** How the user ends it at the provider. */
  readonly byHand?: string;
}

export type TokenErrorReason =
  | 'revoked'
  | 'expired'
  | 'reauthentication_required'
  | 'invalid_code'
  | 'invalid_client'
  | 'invalid_scope'
  | 'invalid_request'
  | 'rate_limited'
  | 'transient'
  | 'unknown';

/**
 * `permanent`: this grant or code is invalid for good and only the user can make a new one. A wrong client secret is
 * not permanent.
 */
export interface TokenErrorClass {
  readonly permanent: boolean;
  readonly reason: TokenErrorReason;
}

/** The result of a cheap call with a token. `unknown`: it proves nothing, and nothing is concluded from it. */
export type CheckVerdict = 'alive' | 'dead' | 'unknown';

/** How to find out whether a token still works: the account is requested, and the response judged. */
export interface ConnectorCheck {
  /** A token needs one of these to read its account, and can be judged only then. Empty: every token can. */
  readonly scopes: readonly string[];
  /** The answer's header that lists what the token may do now. */
  readonly scopesHeader?: string;
  judge(answer: OAuthErrorAnswer): CheckVerdict;
}

/** Parts of a token request beyond the standard. */
export interface TokenRequestStyle {
  readonly encoding: 'form' | 'json';
  readonly parameters: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a token answer has its members, where that is not as in RFC 6749, section 5.1. Paths as in `AccountPaths`. */
export interface TokenAnswerStyle {
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly expiresIn?: string | undefined;
  readonly scope?: string | undefined;
  /** Values of `token_type` that are used like Bearer. */
  readonly types: readonly string[];
  /** Seconds, where the answer names no lifetime and the tokens have one. */
  readonly assumedLifeSeconds?: number | undefined;
}

/** How far a description of a provider was compared with the real one. */
export type Tried = 'knowledge' | 'documentation' | 'server';

/** Guidance for people who set a connector up. */
export interface PresetGuide {
  /** One sentence about the things that people have there. */
  readonly summary: string;
  /** Absent for a standard, whose servers the operator chooses. */
  readonly tried?: Tried;
  /** The operator's steps at the provider. */
  readonly setup: readonly string[];
  readonly notes: readonly string[];
  /** The provider's own pages, and the day on which each was read. */
  readonly documentation: readonly { readonly url: string; readonly read?: string | undefined }[];
}

/** A key that users make at the provider, in place of a consent. */
export interface KeyKind {
  /** `none`: the server asks for no sign-in, and the user only agrees. */
  readonly kind: 'api_key' | 'basic' | 'none';
  /** The name of the key at the provider. */
  readonly label: string;
  /** Where the user finds it. */
  readonly find: string;
  readonly prefixes: readonly string[];
  /** Asked for beside the key. */
  readonly username?: { readonly label: string; readonly suffix: string } | undefined;
  /** How the credential is sent. */
  readonly sentIn: TokenHeader;
}

/** The behaviour of one authorization server, as data and pure functions. Makes no requests. */
export interface ConnectorPreset {
  readonly id: string;
  readonly displayName: string;
  readonly guide: PresetGuide;
  /** Users enter a key instead of consenting: there is no OAuth client. */
  readonly key?: KeyKind;
  /** The id that providers know the preset by, where that is not its own. */
  readonly serves?: string;
  /** With places in them for the values of `parameters`. */
  readonly endpoints: ConnectorEndpoints;
  /** Asked for when a connector is made. */
  readonly parameters?: EntryParameters;
  /**
   * The issuer's discovery document is authoritative: for endpoints that are not given, and for what the server
   * supports.
   */
  readonly discovers: boolean;
  /** Unless the operator or a discovery document says otherwise, and only when a secret is stored. */
  readonly clientAuthentication: ClientAuthentication;
  /** S256 is sent and supported. */
  readonly pkce: boolean;
  /** Between scopes in the authorization request. */
  readonly scopeSeparator: ' ' | ',';
  /** The parameter of the authorization request that has the scopes; `scope` when absent. */
  readonly scopeParameter?: string;
  readonly tokenRequest?: TokenRequestStyle;
  readonly tokenAnswer?: TokenAnswerStyle;
  /** Always requested, so that we learn the account. */
  readonly baseScopes: readonly string[];
  /** Requested in addition when a refresh token is wanted (OpenID Connect Core section 11). */
  readonly offlineScopes: readonly string[];
  /** How an upgrade keeps earlier scopes: the provider adds them when told so, or we request the union. */
  readonly grantBehaviour: 'union_by_provider' | 'union_by_us';
  readonly refresh: 'rotating' | 'static' | 'none' | 'as_answered';
  /** The token answer holds an ID token to be verified. */
  readonly oidc: boolean;
  /** Send a nonce and compare it in the ID token. */
  readonly nonce: boolean;
  /** Failures of the token endpoint may come with status 200 and an `error` field. */
  readonly tokenErrorsWithStatus200: boolean;
  readonly revocation: ConnectorRevocation;
  readonly check: ConnectorCheck;
  readonly account: {
    readonly method: 'GET' | 'POST';
    /** `{client_id}` in a value stands for the id of our client. */
    readonly headers: Readonly<Record<string, string>>;
    /** JSON. */
    readonly body?: string;
    /** `Authorization: Bearer` when absent. */
    readonly authorization?: TokenHeader;
    /** Statuses beside those of a success with which the account is known. */
    takes?(status: number): boolean;
    /** `undefined` when the answer holds no stable id. */
    map(json: unknown): ProviderAccount | undefined;
  };
  authorizationParams(input: AuthorizationParamsInput): Record<string, string>;
  /**
   * The scopes that were really granted. No `scope` in the answer means "as requested" (RFC 6749 section 5.1);
   * on refresh pass the scopes held so far as `requested`. The access token tells GitHub's two kinds of apps apart.
   */
  normaliseGranted(scope: string | undefined, requested: readonly string[], accessToken?: string): string[];
  /** All scopes that this one includes, itself not among them. */
  implies(scope: string): readonly string[];
  classifyTokenError(answer: OAuthErrorAnswer): TokenErrorClass;
}
