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

/** What a token set is bound to in the vault. */
export function tokenSetBinding(connectionId: string, userId: string) {
  return { purpose: 'connection.token_set', rowId: connectionId, userId };
}
