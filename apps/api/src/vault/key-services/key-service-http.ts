import { setTimeout as sleep } from 'node:timers/promises';
import { backoffMs } from '../../platform/index.js';
import { KeyServiceError } from './key-service.js';

/** How long one request to a key service may take. */
export const REQUEST_MS = 5_000;
const PAUSES = { firstMs: 250, longestMs: 1_000, factor: 4 };
const MOST_ATTEMPTS = 3;

/** Repeats a request that could not reach the service, at most twice; a start waits 20 s at the longest. */
export async function withPatience<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const isUnreachable = error instanceof KeyServiceError && error.fault === 'unreachable';
      if (!isUnreachable || attempt === MOST_ATTEMPTS) throw error;
      await sleep(backoffMs(PAUSES, attempt));
    }
  }
}

/** The short code of a network failure: `ECONNREFUSED`, `ENOTFOUND`, `timeout`; libraries may wrap it. */
export function networkCode(error: unknown): string {
  const { code, name, message = '', cause } = (error ?? {}) as Error & { code?: unknown };
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
  if (cause !== undefined && cause !== null) return networkCode(cause);
  if (error instanceof AggregateError) return networkCode(error.errors[0]);
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  return /\bE[A-Z]{4,16}\b/.exec(message)?.[0] ?? name ?? 'unknown';
}

/** The answer of a JSON API. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Posts JSON, without following redirects.
 * @throws the network's error
 */
export async function postJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: response.status, body: undefined };
  }
}
