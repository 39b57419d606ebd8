import type { ProviderName } from '../provider-name.js';

/** A user's account at one provider. */
export interface Account {
  provider: ProviderName;
  /** Stable subject: Google `sub`, GitHub numeric id, Dropbox `account_id`. */
  id: string;
  name: string;
  givenName: string;
  familyName: string;
  email: string;
  /** User name where the provider has one. */
  login: string;
}

/** An app registered at a provider. */
export interface OAuthClient {
  id: string;
  provider: ProviderName;
  name: string;
  /** `github-app` gets expiring tokens with refresh; everything else is `oauth-app`. */
  kind: 'oauth-app' | 'github-app';
  /** Google: clients of one project share one grant. */
  project: string;
  secretHash: string;
  redirectUris: string[];
  /** Seconds that an access token lives; null = for ever; undefined = the provider's default. */
  accessTokenLifetimeS?: number | null;
  /** Refresh gives a new refresh token and ends the old one. */
  rotatesRefreshTokens: boolean;
  /** A used refresh token that comes again ends the whole family. */
  reuseRevokesFamily: boolean;
  /** Google: passes over `include_granted_scopes`, as imitations do. */
  ignoresGrantedScopes?: boolean;
  /** Dropbox: permissions switched on for the app. */
  appScopes?: string[];
  /** GitHub Apps: what the app may do (`issues` → `write`); without it everything. */
  permissions?: Record<string, string>;
}

/** A proof-key challenge that came with the authorization request (RFC 7636). */
export interface CodeChallenge {
  value: string;
  method: 'S256' | 'plain';
}

/** One user's grant to one app (at Google: one project). */
export interface Grant {
  id: string;
  project: string;
  accountId: string;
  scopes: string[];
  /** Clients that already got a refresh token under this grant. */
  offlineClients: string[];
}

/** Why a token stopped working. */
export type TokenEnd = 'revoked' | 'rotated' | 'expired' | 'superseded';

/** An issued access or refresh token, known by its hash. */
export interface Token {
  hash: string;
  kind: 'access' | 'refresh';
  provider: ProviderName;
  clientId: string;
  accountId: string;
  grantId: string;
  /** All tokens that descend from one authorization code. */
  familyId: string;
  scopes: string[];
  issuedAt: number;
  expiresAt?: number;
  endedAt?: number;
  end?: TokenEnd;
}

/** The part of a token that its successors inherit. */
export type TokenOrigin = Pick<Token, 'accountId' | 'grantId' | 'familyId' | 'scopes'>;

/** An authorization code, known by its hash; works once. */
export interface AuthorizationCode extends TokenOrigin {
  hash: string;
  clientId: string;
  redirectUri: string;
  /** Whether the authorization request named the redirect URI, so that the exchange must repeat it. */
  redirectUriNamed: boolean;
  challenge?: CodeChallenge;
  nonce?: string;
  /** Whether the exchange may give a refresh token. */
  refreshable: boolean;
  expiresAt: number;
  usedAt?: number;
}

/** A checked authorization request, in words that all providers have in common. */
export interface AuthorizationRequest {
  provider: ProviderName;
  clientId: string;
  redirectUri: string;
  redirectUriNamed: boolean;
  state?: string;
  scopes: string[];
  challenge?: CodeChallenge;
  nonce?: string;
  /** The app wants a refresh token. */
  offline: boolean;
  /** The page must be shown even if everything was allowed before. */
  forceConsent: boolean;
  /** The user is to choose the account. */
  chooseAccount: boolean;
  /** No page may be shown. */
  silent: boolean;
  /** The token covers what was granted before, too. */
  includeGranted: boolean;
  loginHint?: string;
}

/** An authorization request whose page waits for the user's answer. */
export interface PendingConsent {
  request: AuthorizationRequest;
  expiresAt: number;
}
