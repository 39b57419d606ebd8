/** The calls of commands that speak to a running server, as its operator. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/** An error that is shown to the user without a stack. `status`: of the answer, where the server refused. */
export class Failure extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

const EVERY_MS = 1_000;
/** A server that restarts meanwhile is waited for. */
const PATIENCE_MS = 60_000;

const { env } = process;
const base = (env['VALETKEY_PUBLIC_URL'] ?? `http://localhost:${env['PORT'] ?? 3000}`).replace(/\/+$/, '');

/**
 * Calls the server at VALETKEY_PUBLIC_URL, or at PORT on this machine, with VALETKEY_OPERATOR_API_KEY.
 * @throws Failure when it does not answer, or refuses
 */
export async function callServer<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
  const key = env['VALETKEY_OPERATOR_API_KEY'];
  if (!key) throw new Failure('set VALETKEY_OPERATOR_API_KEY to the key that the server was started with');
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Failure(`the server at ${base} does not answer; start it, or set VALETKEY_PUBLIC_URL`);
  });
  const answer = (await response.json().catch(() => ({}))) as { detail?: string; code?: string };
  if (!response.ok)
    throw new Failure(
      `${answer.detail ?? 'the server refused'} (${answer.code ?? response.status})`,
      response.status,
    );
  return answer as T;
}

/** Looks once a second how far something is, prints what changed, and gives it when it has ended. */
export async function followServer<T>(
  look: () => Promise<T>,
  inWords: (found: T) => string,
  hasEnded: (found: T) => boolean,
): Promise<T> {
  let said = '';
  for (let lastAnswer = Date.now(); ; await sleep(EVERY_MS)) {
    try {
      const found = await look();
      lastAnswer = Date.now();
      if (inWords(found) !== said) console.log((said = inWords(found)));
      if (hasEnded(found)) return found;
    } catch (error) {
      if (Date.now() - lastAnswer > PATIENCE_MS) throw error;
    }
  }
}
