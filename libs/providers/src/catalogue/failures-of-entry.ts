import { valueAt } from '../connectors/account-paths.js';
import { classifyByStatus, retryAfterMs, type ClassifyFailure, type FailedAnswer } from '../core/failure.js';
import { plainToken, type Failure } from '../core/provider-error.js';
import { isScopeToken } from '../core/scope-token.js';
import type { ApiEntry } from './catalogue.js';

const HOUR_MS = 3_600_000;
const MOST_SCOPES = 20;

type Api = ApiEntry['api'];
type Failures = NonNullable<Api['failures']>;

/** The meaning of failures as the entry says: first by the provider's word, then by the status. */
export function classifierOf({ limitTold, failures }: Api): ClassifyFailure {
  return (answer) => {
    const word = failures && wordIn(failures, answer.body);
    const code =
      failures && word !== undefined && Object.hasOwn(failures.words, word)
        ? failures.words[word]
        : undefined;
    const reason = plainToken(word);
    const isLimit =
      code === undefined ? saysLimit(limitTold, answer, word !== undefined) : code === 'rate_limited';
    if (isLimit) return { code: 'rate_limited', reason, retryAfterMs: waitOf(limitTold, answer) };
    if (code !== undefined) return { code, reason, ...missingScopes(failures, code, answer.body) };
    const isInside = word !== undefined && answer.status < 400;
    return isInside ? { code: 'invalid_request', reason } : { ...classifyByStatus(answer), reason };
  };
}

/** Whether the body of a success tells a failure. */
export function failureFinder(failures: Failures): (body: unknown) => boolean {
  return (body) => wordIn(failures, body) !== undefined;
}

function wordIn({ word }: Failures, body: unknown): string | undefined {
  const value = valueAt(body, word);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A status that may mean other things as well (400) is a limit only where no word says that it is something else. */
function saysLimit({ statuses }: Api['limitTold'], { status }: FailedAnswer, hasWord: boolean): boolean {
  return statuses.includes(status) && (!hasWord || status === 429);
}

function waitOf({ header, unit }: Api['limitTold'], answer: FailedAnswer): number | undefined {
  if (header === 'retry-after') return bounded(retryAfterMs(answer));
  const value = Number(answer.headers[header] ?? Number.NaN);
  return bounded(
    { seconds: value * 1000, milliseconds: value, epoch_seconds: value * 1000 - answer.now }[unit],
  );
}

function bounded(ms: number | undefined): number | undefined {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0 ? Math.min(ms, HOUR_MS) : undefined;
}

function missingScopes(
  failures: Failures | undefined,
  code: Failure['code'],
  body: unknown,
): Pick<Failure, 'missingScopes'> {
  if (code !== 'insufficient_scope' || failures?.missingScopes === undefined) return {};
  const told = valueAt(body, failures.missingScopes);
  const scopes = typeof told === 'string' ? told.split(/[\s,]+/).filter(isScopeToken) : [];
  return scopes.length > 0 ? { missingScopes: scopes.slice(0, MOST_SCOPES) } : {};
}
