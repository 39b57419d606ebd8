import { z } from 'zod';
import { classifyByStatus, retryAfterMs, type FailedAnswer } from '../core/failure.js';
import type { Failure } from '../core/provider-error.js';
import { isScopeToken } from '../core/scope-token.js';

const errorBody = z.object({
  error_summary: z
    .string()
    .transform((summary) => summary.slice(0, 500))
    .catch(''),
  error: z
    .object({
      '.tag': z.string().catch(''),
      required_scope: z.string().refine(isScopeToken).optional().catch(undefined),
      retry_after: z.number().min(0).max(86_400).optional().catch(undefined),
    })
    .catch({ '.tag': '' }),
});

/** Endpoint errors all come as 409; the summary is the path through the tagged union. */
const endpointErrors: readonly (readonly [RegExp, Failure['code']])[] = [
  [/too_many_(write_operations|requests)/, 'rate_limited'],
  [/not_found/, 'not_found'],
  [/conflict|already_exists/, 'conflict'],
  [/content_hash_mismatch/, 'unavailable'],
  [/internal_error/, 'unexpected_response'],
];

const endpointError = (summary: string): Failure['code'] =>
  endpointErrors.find(([pattern]) => pattern.test(summary))?.[1] ?? 'invalid_request';

const nothing: z.output<typeof errorBody> = { error_summary: '', error: { '.tag': '' } };

/** `path/not_found/..` → `path/not_found` */
const wordOf = (summary: string): string | undefined => summary.replace(/\/?(?<!\.)\.*$/, '') || undefined;

function waitMs(answer: FailedAnswer, inBody: number | undefined): number | undefined {
  return retryAfterMs(answer) ?? (inBody === undefined ? undefined : inBody * 1000);
}

/** https://www.dropbox.com/developers/documentation/http/documentation#error-handling */
export function classifyFailure(answer: FailedAnswer): Failure {
  const { error_summary: summary, error } = errorBody.safeParse(answer.body).data ?? nothing;
  const reason = wordOf(summary) ?? error['.tag'];
  const isScope = (error['.tag'] || reason).startsWith('missing_scope');
  if (answer.status === 401 && isScope)
    return {
      code: 'insufficient_scope',
      reason,
      missingScopes: error.required_scope ? [error.required_scope] : [],
    };
  const byStatus = classifyByStatus(answer);
  const code = answer.status === 409 && summary ? endpointError(summary) : byStatus.code;
  return code === 'rate_limited'
    ? { code, reason, retryAfterMs: waitMs(answer, error.retry_after) }
    : { ...byStatus, code, reason };
}
