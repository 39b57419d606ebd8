import { z } from 'zod';
import { classifyByStatus, resetAfterMs, retryAfterMs, type FailedAnswer } from '../core/failure.js';
import type { Failure } from '../core/provider-error.js';
import { isScopeToken } from '../core/scope-token.js';

/** As much of a text as means something. */
const text = z
  .string()
  .transform((written) => written.slice(0, 2000))
  .catch('');
const detail = z.union([
  z.string().transform((message) => ({ type: '', code: '', field: '', message })),
  z.object({ type: text, code: text, field: text, message: text }),
]);
const errorBody = z.object({ message: text, errors: z.array(detail).catch([]) });

type ErrorBody = z.output<typeof errorBody>;

/** Where the owner of a GitHub App changes what it may do, under "Permissions & events". */
const APP_SETTINGS = 'https://github.com/settings/apps';

const listed = (header: string | undefined): string[] => (header ?? '').split(/[\s,]+/).filter(isScopeToken);

/** Wait as GitHub asks: `retry-after`, else until the window resets, else a minute for a secondary limit. */
function rateLimit(answer: FailedAnswer, { message, errors }: ErrorBody): Failure | undefined {
  const { headers, status } = answer;
  const isSpent = headers['x-ratelimit-remaining'] === '0';
  const asked = retryAfterMs(answer);
  const isRate =
    status === 429 ||
    isSpent ||
    asked !== undefined ||
    /rate limit|abuse detection/i.test(message) ||
    errors.some(({ type }) => type === 'RATE_LIMITED');
  if (!isRate) return undefined;
  return {
    code: 'rate_limited',
    reason: isSpent ? 'primary' : 'secondary',
    retryAfterMs: asked ?? resetAfterMs(answer) ?? 60_000,
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

/**
 * A GitHub App has permissions instead of scopes. The header lists sets of which any one would do, apart by
 * semicolons: `issues=write, contents=read; pull_requests=write`. The first one is named as missing.
 */
function permissionShortfall({ headers }: FailedAnswer, { message }: ErrorBody): Failure | undefined {
  if (!/not accessible by integration/i.test(message)) return undefined;
  const sets = (headers['x-accepted-github-permissions'] ?? '').split(';').map(listed);
  const accepted = sets.filter((set) => set.length > 0);
  return {
    code: 'insufficient_scope',
    reason: 'app_permissions',
    fixUrl: APP_SETTINGS,
    missingScopes: accepted[0],
    acceptedScopes: accepted.map((set) => set.join(',')),
  };
}

/** Workflow files have a scope of their own, which no header names. */
function workflowShortfall(_: FailedAnswer, { message }: ErrorBody): Failure | undefined {
  return /create or update workflow .{0,300}without .?workflow.? scope/i.test(message)
    ? { code: 'insufficient_scope', missingScopes: ['workflow'] }
    : undefined;
}

/** A refusal that neither waiting nor a wider scope lifts: an owner of the organisation must act. */
function ownerRefusal(_: FailedAnswer, { message }: ErrorBody): Failure | undefined {
  return /OAuth App access restrictions/i.test(message)
    ? { code: 'invalid_request', reason: 'organization_restrictions' }
    : undefined;
}

const refusals = [
  permissionShortfall,
  workflowShortfall,
  ownerRefusal,
  singleSignOn,
  rateLimit,
  scopeShortfall,
];

/** A thing that exists already, or has changed since the caller looked. */
const conflicts: readonly (readonly [status: number, pattern: RegExp, reason: string])[] = [
  [405, /./, 'not_mergeable'],
  [409, /head branch was modified|head sha/i, 'head_moved'],
  [409, /does not match/i, 'sha_mismatch'],
  [409, /repository is empty/i, 'empty_repository'],
  [422, /sha.{0,3} wasn't supplied/i, 'sha_missing'],
  [422, /already_exists|pull request already exists/i, 'already_exists'],
];

function conflict({ status }: FailedAnswer, { message, errors }: ErrorBody): Failure | undefined {
  const said = [message, ...errors.flatMap((error) => [error.code, error.message])].join('\n');
  const [, , reason] = conflicts.find(([code, pattern]) => code === status && pattern.test(said)) ?? [];
  return reason ? { code: 'conflict', reason } : undefined;
}

/** Refusals that GitHub explains in prose alone, by status; the last of a status matches everything else. */
const sayings: readonly (readonly [status: number, pattern: RegExp, reason: string])[] = [
  [410, /disabled/i, 'disabled'],
  [410, /deleted/i, 'deleted'],
  [410, /./s, 'gone'],
  [422, /your own pull request/i, 'own_pull_request'],
  [422, /no commits between/i, 'no_commits_between'],
  [422, /draft pull requests are not supported/i, 'drafts_not_supported'],
  [422, /reference does not exist/i, 'reference_does_not_exist'],
  [422, /no commit found|no ref found/i, 'no_commit_found'],
  [422, /spam/i, 'spammed'],
  [422, /pull request is closed|locked/i, 'closed'],
];

function reasonOf(status: number, { message, errors }: ErrorBody): string | undefined {
  const said = [message, ...errors.map((error) => error.message)].join('\n');
  const [, , saying] = sayings.find(([code, pattern]) => code === status && pattern.test(said)) ?? [];
  const [{ code = '', field = '' } = {}] = errors;
  if (saying !== undefined) return saying;
  if (code !== '') return field === '' ? code : `${code}.${field}`;
  return status === 422 ? 'validation_failed' : undefined;
}

/** https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export function classifyFailure(answer: FailedAnswer): Failure {
  const { status } = answer;
  const body = errorBody.safeParse(answer.body).data ?? { message: '', errors: [] };
  const byStatus = { ...classifyByStatus(answer), reason: reasonOf(status, body) };
  // GraphQL answers 200 even for failures.
  if (status === 200) return rateLimit(answer, body) ?? byStatus;
  if (status === 304) return { code: 'conflict', reason: 'not_modified' };
  if (status >= 300 && status < 400) return { code: 'not_found', reason: 'moved' };
  if (status === 404) return scopeShortfall(answer) ?? byStatus;
  if (status !== 403 && status !== 429) return conflict(answer, body) ?? byStatus;
  return refusals.map((judge) => judge(answer, body)).find((refusal) => refusal !== undefined) ?? byStatus;
}
