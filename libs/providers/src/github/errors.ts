import { z } from 'zod';
import { classifyByStatus, retryAfterMs, type FailedAnswer } from '../core/failure.js';
import type { Failure } from '../core/provider-error.js';

const errorBody = z.object({
  message: z.string().catch(''),
  errors: z.array(z.object({ code: z.string().catch('') })).catch([]),
});

const listed = (header: string | undefined): string[] => (header ?? '').split(/[\s,]+/).filter(Boolean);

/** Wait as GitHub asks: `retry-after`, else until the window resets, else a minute for a secondary limit. */
function rateLimit(answer: FailedAnswer, message: string): Failure | undefined {
  const { headers, now, status } = answer;
  const isSpent = headers['x-ratelimit-remaining'] === '0';
  const asked = retryAfterMs(answer);
  const isRate =
    status === 429 || isSpent || asked !== undefined || /rate limit|abuse detection/i.test(message);
  if (!isRate) return undefined;
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN) * 1000 - now;
  const untilReset = isSpent && Number.isFinite(reset) ? Math.min(Math.max(reset, 1000), 3_600_000) : 60_000;
  return {
    code: 'rate_limited',
    reason: isSpent ? 'primary' : 'secondary',
    retryAfterMs: asked ?? untilReset,
  };
}

/** `X-GitHub-SSO: required; url=…`: the page where the user lets the token into the organisation. */
function singleSignOn({ headers }: FailedAnswer): Failure | undefined {
  const header = headers['x-github-sso'];
  if (!header?.startsWith('required')) return undefined;
  const url = /\burl=(https:\/\/[^\s;"<>@]{1,500})/.exec(header)?.[1];
  return { code: 'reauthorization_required', reason: 'saml_sso', fixUrl: url };
}

/** Private things that the token may not see are answered with 404, so both statuses can mean a missing scope. */
function scopeShortfall({ headers }: FailedAnswer): Failure | undefined {
  const held = headers['x-oauth-scopes'];
  const accepted = listed(headers['x-accepted-oauth-scopes']);
  if (held === undefined || accepted.length === 0) return undefined;
  const has = listed(held);
  return accepted.some((scope) => has.includes(scope))
    ? undefined
    : { code: 'insufficient_scope', acceptedScopes: accepted };
}

/** Refusals that neither waiting nor a wider scope lifts: an owner of the organisation or app must act. */
function ownerRefusal(message: string): Failure | undefined {
  if (/OAuth App access restrictions/i.test(message))
    return { code: 'invalid_request', reason: 'organization_restrictions' };
  if (/not accessible by integration/i.test(message))
    return { code: 'invalid_request', reason: 'app_permissions' };
  return undefined;
}

/** https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export function classifyFailure(answer: FailedAnswer): Failure {
  const { status, body } = answer;
  const { message, errors } = errorBody.safeParse(body).data ?? { message: '', errors: [] };
  const byStatus = { ...classifyByStatus(answer), reason: errors[0]?.code };
  if (status >= 300 && status < 400) return { code: 'not_found', reason: 'moved' };
  if (status === 404) return scopeShortfall(answer) ?? byStatus;
  if (status !== 403 && status !== 429) return byStatus;
  const refusals = [
    ownerRefusal(message),
    singleSignOn(answer),
    rateLimit(answer, message),
    scopeShortfall(answer),
  ];
  return refusals.find((refusal) => refusal !== undefined) ?? byStatus;
}
