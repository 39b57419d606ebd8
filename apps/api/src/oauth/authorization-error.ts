import { Problem } from '../platform/index.js';

/** Why the provider sent the user back without a code. */
type Meaning = 'denied' | 'scope' | 'client' | 'busy' | 'interaction';

/** RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6; and GitHub's own. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  access_denied: 'denied',
  invalid_scope: 'scope',
  invalid_request: 'client',
  unauthorized_client: 'client',
  invalid_client: 'client',
  unsupported_response_type: 'client',
  redirect_uri_mismatch: 'client',
  application_suspended: 'client',
  server_error: 'busy',
  temporarily_unavailable: 'busy',
  login_required: 'interaction',
  interaction_required: 'interaction',
  consent_required: 'interaction',
  account_selection_required: 'interaction',
};

/**
 * The problem for an `error` at the callback. Neither that word nor `error_description` is shown: with a forged callback
 * address an attacker could choose our text.
 */
export function authorizationErrorProblem(error: string, target: string): Problem {
  switch (Object.hasOwn(MEANINGS, error) ? MEANINGS[error] : undefined) {
    case 'denied':
      return new Problem('authorization_denied.callback');
    case 'scope':
      return new Problem('scope_refused');
    case 'client':
      return new Problem('connector_misconfigured.request', { target });
    case 'busy':
      return new Problem('provider_unavailable');
    case 'interaction':
      return new Problem('interaction_required', { target });
    case undefined:
      return new Problem('authorization_failed.ended');
  }
}
