import { HttpError } from 'react-admin';
import type { Problem, Session } from '../api-types';
import { isAttended } from './presence';
import { currentSession, keepSession } from './session';
import { stepUp } from './step-up';

export const operatorApi = '/v1/operator';

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- react-admin's providers expect an untyped body
  json: any;
}

const parse = (body: string): unknown => {
  try {
    return body === '' ? undefined : JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** The sentence to show: the problem's own detail first, since it says what to change. */
export const problemMessage = (status: number, problem: Problem | undefined): string => {
  if (problem?.detail) return problem.detail;
  if (problem?.title) return problem.title;
  if (status === 502 || status === 503 || status === 504) return 'The server is not answering right now.';
  return `The server answered with status ${status}.`;
};

const unreachable = () => new HttpError('The server cannot be reached. Check that it is running.', 0);

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

const prepare = (options: RequestInit): RequestInit => {
  const headers = new Headers(options.headers);
  headers.set('Accept', 'application/json');
  if (options.body != null) headers.set('Content-Type', 'application/json');
  else headers.delete('Content-Type');
  if (!isAttended()) headers.set('Valetkey-Unattended', '1');
  const changes = (options.method ?? 'GET') !== 'GET';
  const csrfToken = currentSession()?.csrfToken;
  if (changes && csrfToken) headers.set('Valetkey-CSRF', csrfToken);
  return { ...options, headers, credentials: 'same-origin' };
};

const once = async (url: string, options: RequestInit): Promise<Answer> => {
  let response: Response;
  try {
    response = await fetch(url, prepare(options));
  } catch (error) {
    if (isAbort(error)) throw error;
    throw unreachable();
  }
  const body = await response.text();
  const json = parse(body);
  if (response.ok) return { status: response.status, headers: response.headers, body, json };
  const problem = json as Problem | undefined;
  const error = new HttpError(problemMessage(response.status, problem), response.status, problem);
  throw Object.assign(error, { retryAfter: Number(response.headers.get('Retry-After')) || undefined });
};

const isRefusal = (error: unknown, code: string): boolean =>
  error instanceof HttpError && error.status === 403 && error.body?.code === code;

/** Signing in from another tab replaces the session's CSRF token: fetch the new one and try once more. */
const withCurrentCsrf = async (url: string, options: RequestInit = {}): Promise<Answer> => {
  try {
    return await once(url, options);
  } catch (error) {
    if (!isRefusal(error, 'csrf_token_invalid')) throw error;
    const { json } = await once(`${operatorApi}/session`, {});
    keepSession(json as Session);
    return once(url, options);
  }
};

/** Something dangerous wants a proof of who the person is: ask for it, and do it then. */
export const httpClient = async (url: string, options: RequestInit = {}): Promise<Answer> => {
  try {
    return await withCurrentCsrf(url, options);
  } catch (error) {
    if (!isRefusal(error, 'step_up_required')) throw error;
    if (!(await stepUp()))
      throw new HttpError('Nothing was done: you have not confirmed that it is you.', 403);
    return withCurrentCsrf(url, options);
  }
};
