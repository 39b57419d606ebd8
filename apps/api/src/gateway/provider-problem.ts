import { ProviderError } from '@valetkey/providers';
import { Problem, retryAfterHeader } from '../platform/index.js';
import type { CheckedRequest } from './action-run.js';

/** A provider's failure as a problem of the family "the provider is at fault". */
export function providerProblem(error: ProviderError): Problem {
  const { message, retryAfterMs } = error;
  const headers = retryAfterMs === undefined ? {} : retryAfterHeader(retryAfterMs);
  return new Problem(`${error.code}.provider`, { message, ...membersOf(error) }, headers);
}

/** The provider's app lacks a permission: its owner can add it, and no consent of the user does. */
export function appPermissionMissing({ action }: CheckedRequest, error: ProviderError): Problem {
  const missing = error.missingScopes?.join(', ') ?? 'more';
  return new Problem('insufficient_scope.app', { action: action.id, missing, ...membersOf(error) });
}

function membersOf({
  provider,
  reason,
  status,
  retryable,
  retryAfterMs,
  missingScopes,
  fixUrl,
}: ProviderError) {
  return { provider, reason, providerStatus: status, retryable, retryAfterMs, missingScopes, fixUrl };
}
