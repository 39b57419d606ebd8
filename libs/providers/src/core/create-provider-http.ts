import { request as undiciRequest, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { pinnedUrl } from './api-path.js';
import { checkedBaseUrl, type BaseUrls } from './base-urls.js';
import { nextQuery } from './link-header.js';
import { ProviderError, type ProviderErrorOptions } from './provider-error.js';
import {
  actionHeaderNames,
  type ActionHeaders,
  type Page,
  type ProviderHttp,
  type Query,
  type WriteOptions,
} from './provider-http.js';
import type { Provider } from './provider.js';
import { acceptEncoding, parseJson, readBody, UnreadableBodyError } from './read-body.js';

/** One request that was made, for the audit event. */
export interface ProviderCall {
  readonly method: Method;
  /** Path without query, as sent. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status: number | undefined;
  readonly durationMs: number;
}

export interface ProviderHttpOptions {
  readonly provider: Provider;
  /** From `effectiveBaseUrls`. */
  readonly baseUrls: BaseUrls;
  readonly accessToken: string;
  /** Limit for one request, from the first byte out to the last byte in. */
  readonly timeoutMs: number;
  /** Limit for one answer, before and after decompression. */
  readonly maxResponseBytes: number;
  /** Connection pool to use; undici's global one by default. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: ((call: ProviderCall) => void) | undefined;
  /** Our clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

/** Errors of a connection that was never made: the request can't have reached anybody. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.toString();
}

function allowed(provider: string, headers: ActionHeaders): Record<string, string> {
  const names: readonly string[] = actionHeaderNames;
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const bad = entries.some(([name, value]) => !names.includes(name) || /[^\t\x20-\x7e]/.test(value));
  if (bad) throw new ProviderError({ provider, code: 'invalid_request', reason: 'header' });
  return Object.fromEntries(entries);
}

function flat(headers: Record<string, string | string[] | undefined>): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/**
 * The only way out to a provider. Made for one action call; holds the token in a closure and shows it to nobody.
 *
 * Redirects are refused, also to the same host: no provider needs them for what we call, and a token must
 * never follow one. A caller's `signal` that fires becomes `unavailable`, as a time-out does.
 *
 * @throws TypeError when a base URL is not one that tokens may be sent to. Calls throw `ProviderError` only.
 */
export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  for (const [name, url] of Object.entries(options.baseUrls)) if (url) checkedBaseUrl(name, url);
  return new AuthorisedHttp(options);
}

class AuthorisedHttp implements ProviderHttp {
  readonly #options: ProviderHttpOptions;
  readonly #now: () => number;
  #lastStatus: number | undefined;
  #requestCount = 0;

  constructor(options: ProviderHttpOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  get lastStatus(): number | undefined {
    return this.#lastStatus;
  }

  get requestCount(): number {
    return this.#requestCount;
  }

  async get<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>> {
    return (await this.getPage(path, options)).body;
  }

  async getPage<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<Page<z.output<T>>> {
    const answer = await this.#send('GET', path, { ...options, body: undefined });
    return { body: this.#json(answer, options.response), next: nextQuery(answer.headers['link']) };
  }

  post<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>> {
    return this.#call('POST', path, options);
  }

  put<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>> {
    return this.#call('PUT', path, options);
  }

  patch<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>> {
    return this.#call('PATCH', path, options);
  }

  delete<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>> {
    return this.#call('DELETE', path, options);
  }

  async #call<T extends z.ZodType>(
    method: Method,
    path: string,
    options: WriteOptions<T>,
  ): Promise<z.output<T>> {
    return this.#json(await this.#send(method, path, options), options.response);
  }

  /** The body of a success; an empty one is `undefined`, and what is no JSON is never taken for it. */
  #json<T extends z.ZodType>(answer: Answer, response: T): z.output<T> {
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(answer);
    const json = parseJson(answer.body);
    const isText = json === undefined && answer.body.length > 0;
    const parsed = isText ? undefined : response.safeParse(json);
    if (parsed?.success) return parsed.data;
    const reason = isText ? 'not_json' : 'unexpected_shape';
    throw this.#error({ code: 'unexpected_response', status: answer.status, reason, mayHaveHappened: true });
  }

  #refusal({ status, headers, body }: Answer): ProviderError {
    const { provider } = this.#options;
    const failure = provider.classifyFailure({ status, headers, body: parseJson(body), now: this.#now() });
    return this.#error({
      ...failure,
      status,
      mayHaveHappened: status >= 500 || status === 408,
    });
  }

  #error(options: Omit<ProviderErrorOptions, 'provider'>): ProviderError {
    return new ProviderError({ ...options, provider: this.#options.provider.id });
  }

  #target(path: string, options: WriteOptions<z.ZodType>): URL {
    const { provider, baseUrls } = this.#options;
    const base = baseUrls[options.base ?? 'apiBaseUrl'];
    if (!base) throw this.#error({ code: 'invalid_request', reason: 'base' });
    const url = pinnedUrl(provider.id, base, path);
    url.search = queryString(options.query ?? {});
    return url;
  }

  #headers({ headers, body }: WriteOptions<z.ZodType>): Record<string, string> {
    const { provider, accessToken } = this.#options;
    return {
      accept: 'application/json',
      ...provider.defaultHeaders,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...allowed(provider.id, headers ?? {}),
      'accept-encoding': acceptEncoding,
      'user-agent': 'valetkey',
      authorization: `Bearer ${accessToken}`,
    };
  }

  async #send(method: Method, path: string, options: WriteOptions<z.ZodType>): Promise<Answer> {
    const url = this.#target(path, options);
    const headers = this.#headers(options);
    const { body } = options;
    const { dispatcher, timeoutMs, signal: given, onCall } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const startedAt = this.#now();
    let status: number | undefined;
    this.#requestCount += 1;
    try {
      const answer = await undiciRequest(url, {
        method,
        headers,
        body: body === undefined || body instanceof Uint8Array ? (body ?? null) : JSON.stringify(body),
        signal: given ? AbortSignal.any([given, timeout]) : timeout,
        ...(dispatcher ? { dispatcher } : {}),
      });
      status = answer.statusCode;
      const received = flat(answer.headers);
      const bytes = await readBody(answer.body, received['content-encoding'], this.#options.maxResponseBytes);
      return { status, headers: received, body: bytes };
    } catch (error) {
      throw this.#broken(error, status);
    } finally {
      this.#lastStatus = status ?? this.#lastStatus;
      onCall?.({ method, path: url.pathname, status, durationMs: this.#now() - startedAt });
    }
  }

  /** No usable answer. The original error is dropped on purpose: it may hold the request with its token. */
  #broken(error: unknown, status: number | undefined): ProviderError {
    if (error instanceof UnreadableBodyError)
      return this.#error({
        code: 'unexpected_response',
        status,
        reason: 'unreadable_body',
        mayHaveHappened: true,
      });
    const { code, name } = error as { code?: string; name?: string };
    const reason = name === 'TimeoutError' ? 'timeout' : name === 'AbortError' ? 'canceled' : code;
    return this.#error({ code: 'unavailable', status, reason, mayHaveHappened: !neverSent.has(code ?? '') });
  }
}
