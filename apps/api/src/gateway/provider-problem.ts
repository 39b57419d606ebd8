import { ProviderError, type Action } from '@valetkey/providers';
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

/** The server has another tool under this name than the one that was agreed to. */
export function toolHeld({ id, provider }: Pick<Action, 'id' | 'provider'>): Problem {
  return new Problem('tool_held', { action: id, provider });
}

/**
 * The step that a server wants of a person before it goes on, in place of its refusal; `undefined` for any other failure.
 * @see McpSession
 */
export function wantedFirst(
  { action }: Pick<CheckedRequest, 'action'>,
  error: ProviderError,
): Problem | undefined {
  const { reason, fixUrl, provider } = error;
  if (reason === 'tool_has_changed') return toolHeld(action);
  if (reason !== 'asks_for_page' || fixUrl === undefined) return undefined;
  return new Problem('provider_page_required', { host: new URL(fixUrl).host, fixUrl, provider });
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
