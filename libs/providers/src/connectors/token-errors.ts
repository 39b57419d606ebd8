import type { OAuthErrorAnswer, TokenErrorClass, TokenErrorReason } from './connector-preset.js';

/** The reasons after which only the user can help. */
const permanentReasons: readonly TokenErrorReason[] = [
  'revoked',
  'expired',
  'reauthentication_required',
  'invalid_code',
];

export const because = (reason: TokenErrorReason): TokenErrorClass => ({
  permanent: permanentReasons.includes(reason),
  reason,
});

/** RFC 6749 section 5.2 codes and what they mean for a stored grant. */
const standard: Readonly<Record<string, TokenErrorReason>> = {
  invalid_grant: 'revoked',
  invalid_client: 'invalid_client',
  unauthorized_client: 'invalid_client',
  invalid_scope: 'invalid_scope',
  invalid_request: 'invalid_request',
  unsupported_grant_type: 'invalid_request',
  interaction_required: 'reauthentication_required',
  login_required: 'reauthentication_required',
  consent_required: 'reauthentication_required',
  server_error: 'transient',
  temporarily_unavailable: 'transient',
  slow_down: 'rate_limited',
};

/** An answer that no token endpoint gives on purpose: a proxy, a firewall, an outage. Says nothing about the grant. */
function isNoise({ status, error, contentType }: OAuthErrorAnswer): boolean {
  const isHtml = contentType !== undefined && !/json|x-www-form-urlencoded|^text\/plain/i.test(contentType);
  return status >= 500 || status === 408 || error === undefined || isHtml;
}

/**
 * Judges a failed token request: first what is noise, then the provider's own words, then the standard's.
 * Whatever is left over is not permanent: nobody loses a connection over a word that we don't know.
 */
export function classifyTokenErrorBy(
  own: Readonly<Record<string, TokenErrorReason>>,
  refine: (answer: OAuthErrorAnswer) => TokenErrorReason | undefined = () => undefined,
) {
  const reasons = new Map(Object.entries({ ...standard, ...own }));
  return (answer: OAuthErrorAnswer): TokenErrorClass => {
    if (answer.status === 429) return because('rate_limited');
    if (isNoise(answer)) return because('transient');
    const error = answer.error ?? '';
    return because(refine(answer) ?? reasons.get(error) ?? 'unknown');
  };
}
