import type { ProviderAccount } from '@valetkey/providers';

/** What a provider gave for one grant; sealed as JSON and never logged. */
export interface TokenSet {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly tokenType: string;
  /** Milliseconds since the epoch; absent when the provider names no expiry. */
  readonly expiresAt?: number | undefined;
  /** When the provider answered, by our clock. */
  readonly obtainedAt: number;
}

/** A token set and the scopes that were really granted with it. */
export interface Grant {
  readonly tokenSet: TokenSet;
  readonly scopes: readonly string[];
}

/** A grant by consent, and whose it is. */
export type AccountGrant = Grant & {
  readonly account: ProviderAccount;
  /** The scopes that were asked for, base scopes included; absent where nobody was asked. */
  readonly sentScopes?: readonly string[] | undefined;
};
