/** The meanings of a provider's refusal, for all providers and all ways of saying it. */
export const providerErrorCodes = [
  'reauthorization_required',
  'insufficient_scope',
  'rate_limited',
  'not_found',
  'conflict',
  'invalid_request',
  'unavailable',
  'unexpected_response',
] as const;

export type ProviderErrorCode = (typeof providerErrorCodes)[number];

/**
 * A classified failure: the result of a provider's `errors.ts` for a response. Holds no text written by the provider.
 */
export interface Failure {
  readonly code: ProviderErrorCode;
  /** The provider's own machine-readable word for it (`quotaExceeded`), when it is a plain token. */
  readonly reason?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly retryAfterMs?: number | undefined;
  /** The limit concerns only this kind of request: the account's other calls may go on. */
  readonly isOwnLimit?: boolean | undefined;
  /** Scopes that the provider named as lacking; absent when it only said "not enough". */
  readonly missingScopes?: readonly string[] | undefined;
  /** Scopes of which any one would do, where the provider lists alternatives. */
  readonly acceptedScopes?: readonly string[] | undefined;
  /**
   * A page at the provider where the refusal can be lifted: by the user (GitHub SAML single sign-on), or, when a scope is
   * missing, by the owner of the app.
   */
  readonly fixUrl?: string | undefined;
}

export interface ProviderErrorOptions extends Failure {
  /** Id of the provider that failed. */
  readonly provider: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number | undefined;
  readonly mayHaveHappened?: boolean | undefined;
}

const sentences: Record<ProviderErrorCode, string> = {
  reauthorization_required: 'no longer accepts the authorization; the user must connect again',
  insufficient_scope: 'refused the call because a scope is missing',
  rate_limited: 'asks to slow down',
  not_found: 'does not have this, or does not show it to this account',
  conflict: 'refused the call because it conflicts with what is already there',
  invalid_request: 'refused the request',
  unavailable: 'did not answer in time or is failing',
  unexpected_response: 'gave an answer that could not be understood',
};

const retryableByDefault: readonly ProviderErrorCode[] = ['rate_limited', 'unavailable'];

/** A word of the provider is shown only if it looks like an identifier: never prose, addresses or tokens. */
export const plainToken = (word: unknown): string | undefined =>
  typeof word === 'string' && /^[A-Za-z][A-Za-z0-9_./-]{0,63}$/.test(word) && !/[A-Za-z0-9_-]{33,}/.test(word)
    ? word
    : undefined;

/**
 * The only error that a provider call throws. Its message is made of our own words, the status and the provider's error
 * token. It never contains a response body, a token, a URL or a header, and carries no `cause` (`util.inspect` would
 * print it).
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly provider: string;
  readonly code: ProviderErrorCode;
  readonly reason: string | undefined;
  readonly status: number | undefined;
  /** The same call may succeed later without a change by anybody. */
  readonly retryable: boolean;
  /** Milliseconds to wait before trying again, as the provider asked. */
  readonly retryAfterMs: number | undefined;
  readonly missingScopes: readonly string[] | undefined;
  readonly acceptedScopes: readonly string[] | undefined;
  readonly fixUrl: string | undefined;
  /**
   * The provider may have acted although the call failed: bytes were sent and no trustworthy refusal came back. `false`
   * is a promise; a write with `true` must be recovered before it is sent again.
   */
  readonly mayHaveHappened: boolean;

  constructor(options: ProviderErrorOptions) {
    const { provider, code, status, missingScopes } = options;
    const reason = plainToken(options.reason);
    const facts = [status, reason].filter((fact) => fact !== undefined).join(' ');
    super(`${provider} ${sentences[code]}${facts ? ` (${facts})` : ''}`);
    this.provider = provider;
    this.code = code;
    this.reason = reason;
    this.status = status;
    this.retryable = options.retryable ?? retryableByDefault.includes(code);
    this.retryAfterMs = options.retryAfterMs;
    this.missingScopes = missingScopes?.length ? missingScopes : undefined;
    this.acceptedScopes = options.acceptedScopes?.length ? options.acceptedScopes : undefined;
    this.fixUrl = options.fixUrl;
    this.mayHaveHappened = options.mayHaveHappened ?? false;
  }
}
