import type { Problem } from '../api-types.js';
import { problemError, TimeoutError, ValetkeyError } from '../errors.js';
import type { Address, Query } from './address.js';
import { readText } from './read-text.js';
import { retryAfterMs, retryDelay } from './retries.js';
import { pause, TimeLimit } from './time-limit.js';

/** Settings of a single call. */
export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt. Default: those of the client. */
  readonly timeoutMs?: number | undefined;
}

/** A request for one of the API's routes. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below /v1. */
  readonly path: readonly string[];
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RequestSettings {
  readonly address: Address;
  /** The value of `Authorization`. */
  readonly authorization: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  readonly maxRetries: number;
}

type Reads<T> = (response: Response, limit: TimeLimit) => Promise<T>;

/** Sends requests to one Valetkey under one credential, which goes nowhere else: no redirect is followed. */
export class Requests {
  readonly #settings: RequestSettings;

  constructor(settings: RequestSettings) {
    this.#settings = settings;
  }

  /** The answer's JSON. @throws ValetkeyError, or the reason of the call's signal */
  json<T>(request: ApiRequest, options?: CallOptions): Promise<T> {
    return this.send(request, options, async (response) => parsed(await readText(response)) as T);
  }

  /** An answer whose body comes bit by bit: the time limit is for its beginning. @throws as {@link json} */
  open(request: ApiRequest, options?: CallOptions): Promise<Response> {
    return this.send(request, options, async (response, limit) => {
      limit.end();
      return response;
    });
  }

  private async send<T>(request: ApiRequest, options: CallOptions = {}, read: Reads<T>): Promise<T> {
    // Anything else could happen twice.
    const isRepeatable = request.method === 'GET' || request.headers?.['idempotency-key'] !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(request, options, read);
      } catch (error) {
        const mayRepeat = isRepeatable && attempt <= this.#settings.maxRetries;
        const waitMs = mayRepeat ? retryDelay(error, attempt) : undefined;
        if (waitMs === undefined) throw error;
        await pause(waitMs, options.signal);
      }
    }
  }

  private async attempt<T>(request: ApiRequest, options: CallOptions, read: Reads<T>): Promise<T> {
    const { method, path, query, body, headers } = request;
    const { address, authorization, timeoutMs } = this.#settings;
    const url = address.of(path, query);
    options.signal?.throwIfAborted();
    const limit = new TimeLimit(options.timeoutMs ?? timeoutMs, options.signal);
    try {
      const response = await this.#settings.fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          authorization,
        },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: 'manual',
        signal: limit.signal,
      });
      if (!response.ok) throw await errorOf(response);
      return await read(response, limit);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (limit.hasPassed) throw new TimeoutError(`No answer to ${method} ${url.pathname} in time.`);
      if (error instanceof ValetkeyError) throw error;
      throw new ValetkeyError('unreachable', `${address.base} could not be reached.`, { cause: error });
    } finally {
      limit.end();
    }
  }
}

async function errorOf(response: Response): Promise<ValetkeyError> {
  const { status, type, headers } = response;
  if (type === 'opaqueredirect' || (status >= 300 && status < 400))
    return new ValetkeyError('redirected', 'The server led to another address. Nothing was sent there.');
  const problem = problemIn(await readText(response)) ?? {
    type: 'about:blank',
    title: 'HTTP error',
    status,
    detail: `The answer has the status ${status} and is none of Valetkey's.`,
    code: 'http_error' as Problem['code'],
  };
  return problemError(problem, retryAfterMs(headers.get('retry-after')));
}

function problemIn(text: string): Problem | undefined {
  try {
    const value = JSON.parse(text) as Partial<Problem> | null;
    const isProblem = typeof value?.code === 'string' && typeof value.detail === 'string';
    return isProblem && typeof value.status === 'number' ? (value as Problem) : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ValetkeyError('unreadable_answer', 'The answer is no JSON.');
  }
}
