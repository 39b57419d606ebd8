import type { Authorization } from '../api-types';

const byError: Record<string, string> = {
  connector_misconfigured:
    'The provider refused our client. Compare the redirect URI, the client id and the secret with what it shows, and test the server above.',
  scope_refused:
    'The provider refused a scope. Allow the app there to ask for it, or let it be reviewed where that is needed.',
  provider_unavailable: 'The provider did not answer. Try again later.',
  account_mismatch: 'Another account was chosen than the one that is connected already.',
  interaction_required:
    'The provider wanted to ask something, and the connector tells it not to: change its prompts.',
};

/** Says what has become of a link, and what to do about it. */
export const authorizationAdvice = ({ status, error }: Authorization): string => {
  if (status === 'pending')
    return 'Open the link. If the provider shows an error in place of its consent, it does not know the client id or the redirect URI: compare both with what is registered there.';
  if (status === 'expired') return 'The link has expired before it was used. Make another.';
  if (status === 'denied') return 'The consent was declined, so the client is known. Try again and allow it.';
  return (
    byError[error ?? ''] ??
    `It failed (${(error ?? 'no reason').replaceAll('_', ' ')}). The audit history says more.`
  );
};
