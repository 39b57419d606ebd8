import type { ProviderAccount, TokenHeader } from '@valetkey/providers';

/** The tokens that a provider issued for one grant; sealed as JSON and never logged. */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly tokenType: string;
  /** How a key is sent; absent for tokens, which are sent as their provider takes them. */
  readonly sentIn?: TokenHeader | undefined;
  /** Milliseconds since the epoch; absent when the provider names no expiry. */
  readonly expiresAt?: number | undefined;
  /** When the provider responded, by our clock. */
  readonly obtainedAt: number;
}

/** A token set and the scopes that were really granted with it. */
export interface Grant {
  readonly tokenSet: TokenSet;
  readonly scopes: readonly string[];
}

/** A grant by consent, and its account. */
export type AccountGrant = Grant & {
  readonly account: ProviderAccount;
  /** The scopes that were requested, base scopes included; absent without a consent of ours. */
  readonly sentScopes?: readonly string[] | undefined;
};
