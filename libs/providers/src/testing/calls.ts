import type { ActionCall } from '../core/action.js';
import { effectiveBaseUrls } from '../core/base-urls.js';
import { createProviderHttp, type ProviderHttpOptions } from '../core/create-provider-http.js';
import { ProviderError } from '../core/provider-error.js';
import type { Provider } from '../core/provider.js';
import type { ProviderHttp } from '../core/provider-http.js';

/** A token that must never appear in output. It resembles no real token, so that secret scanners ignore it. */
export const canaryToken = 'canary-access-token-4f1d2c';

export const effectId = 'eff_0123456789abcdef01234567';

/** The provider's own http, pointed at a loopback server. */
export function httpTo(
  origin: string,
  provider: Provider,
  options: Partial<ProviderHttpOptions> = {},
): ProviderHttp {
  const overrides = {
    apiBaseUrl: origin,
    ...(provider.uploadBaseUrl ? { uploadBaseUrl: origin } : {}),
    ...(provider.contentBaseUrl ? { contentBaseUrl: origin } : {}),
  };
  const baseUrls = effectiveBaseUrls(provider, overrides);
  // Longer than any test waits: an attempt that a busy machine holds up is not to be made twice.
  const limits = { timeoutMs: 60_000, maxResponseBytes: 1_000_000 };
  return createProviderHttp({ provider, baseUrls, accessToken: canaryToken, ...limits, ...options });
}

/** All that an action gets, for a call to a loopback server. `input` as a caller would send it. */
export function callTo(origin: string, provider: Provider, input?: unknown): ActionCall<unknown> {
  return { input, http: httpTo(origin, provider), effectId, signal: new AbortController().signal };
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<ProviderError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error('the call did not fail with a ProviderError', { cause: error });
}
