import { ProviderError, type ProviderErrorCode } from '@valetkey/providers';
import { Problem } from '../platform/index.js';

const STATUS: Readonly<Record<ProviderErrorCode, number>> = {
  reauthorization_required: 403,
  insufficient_scope: 403,
  rate_limited: 429,
  not_found: 404,
  conflict: 409,
  invalid_request: 422,
  unavailable: 503,
  unexpected_response: 502,
};

/** A provider's failure as a problem of the family "the provider is at fault". */
export function providerProblem(error: ProviderError): Problem {
  const { code, provider, reason, status, retryable, retryAfterMs, missingScopes, fixUrl } = error;
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
  return new Problem(
    STATUS[code],
    code,
    error.message,
    { provider, reason, providerStatus: status, retryable, retryAfterMs, missingScopes, fixUrl },
    headers,
  );
}
