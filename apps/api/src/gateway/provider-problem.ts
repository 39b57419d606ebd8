import { ProviderError, type ProviderErrorCode } from '@valetkey/providers';
import { Problem } from '../platform/index.js';
import type { CheckedRequest } from './action-run.js';

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

/** The provider's app lacks a permission: its owner can add it, and no consent of the user does. */
export function appPermissionMissing({ action }: CheckedRequest, error: ProviderError): Problem {
  const problem = providerProblem(error);
  const missing = error.missingScopes?.join(', ') ?? 'more';
  return new Problem(
    problem.status,
    problem.code,
    `${action.id} needs ${missing}, a permission that the app itself lacks at the provider. Its owner has to add it at fixUrl, and whoever installed the app has to accept it; connecting again does not help.`,
    problem.extensions,
  );
}
