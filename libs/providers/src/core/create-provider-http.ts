import type { Readable } from 'node:stream';
import { request as undiciRequest, type Dispatcher } from 'undici';
import type { z } from 'zod';
import { movedUrl, sessionUrl, targetUrl } from './api-path.js';
import { checkedBaseUrl, type BaseUrls } from './base-urls.js';
import { acceptEncoding } from './http/content-encoding.js';
import { TokenEcho } from './echo.js';
import { nextQuery } from './http/link-header.js';
import { shownAnswer, type ReceivedAnswer } from './http/shown-answer.js';
import { tokenHeader, type TokenHeader } from './http/token-header.js';
import { ProviderError, type ProviderErrorOptions } from './provider-error.js';
import {
  type BytesAnswer,
  type BytesOptions,
  type Method,
  type Page,
  type ProviderHttp,
  type UploadSession,
  type WriteOptions,
} from './provider-http.js';
import type { Provider } from './provider.js';
import { parseJson, readBody, UnreadableBodyError } from './http/read-body.js';
import { allowed, contentType, encoded, flat, neverSent, queryString } from './request-parts.js';

/** One request that was made, for the audit event. */
export interface ProviderCall {
  readonly method: Method;
  /** Path without query, as sent. */
  readonly path: string;
  /** Absent when no answer came. */
  readonly status: number | undefined;
  readonly durationMs: number;
}

/** Sends one request and gives the answer once its headers are there. */
export type SendRequest = (
  url: URL,
  options: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body' | 'signal'>,
) => Promise<ProviderAnswer>;

/** An answer whose headers are there. */
export type ProviderAnswer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'> & {
  readonly body: Readable;
};

export interface ProviderHttpOptions {
  readonly provider: Provider;
  /** From `effectiveBaseUrls`. */
  readonly baseUrls: BaseUrls;
  readonly accessToken: string;
  /** How this token is sent, where that differs from the provider's way. */
  readonly sentIn?: TokenHeader | undefined;
  /** Limit for one request, from the first byte out to the last byte in. */
  readonly timeoutMs: number;
  /** Limit for one answer, before and after decompression. */
  readonly maxResponseBytes: number;
  /** Sends one request; undici over its global pool by default. A ProviderError that it throws says that nothing left. */
  readonly send?: SendRequest | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onCall?: ((call: ProviderCall) => void) | undefined;
  /** Our clock, in milliseconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** Everything about one request but its address. */
type Parts = Pick<BytesOptions, 'body' | 'headers'> & {
  readonly maxBytes?: number | undefined;
  readonly cut?: boolean | BytesOptions['until'];
  /** Bytes are wanted as they are stored: no compression, which ranges don't go with. */
  readonly asStored?: boolean;
};

/**
 * The only way out to a provider. Made for one action call; holds the token in a closure and shows it to nobody.
 *
 * Redirects are refused, but where the provider's definition lets reading follow a move below the same base URL: a token
 * must never go elsewhere. A caller's `signal` that fires becomes `unavailable`, as a time-out does.
 *
 * @throws TypeError when a base URL is not one that tokens may be sent to. Calls throw `ProviderError` only.
 */
export function createProviderHttp(options: ProviderHttpOptions): ProviderHttp {
  for (const [name, url] of Object.entries(options.baseUrls)) if (url) checkedBaseUrl(name, url);
  return new AuthorisedHttp(options);
}

const bytewise = ({ body, headers, maxBytes, cut, until }: BytesOptions): Parts => ({
  body,
  ...(headers ? { headers } : {}),
  maxBytes,
  cut: until ?? cut,
  asStored: true,
});

/** Statuses with which something has moved, and how often it may have. */
const moved: ReadonlySet<number> = new Set([301, 302, 307, 308]);
const MOST_MOVES = 3;

class AuthorisedHttp implements ProviderHttp {
  readonly #options: ProviderHttpOptions;
  readonly #now: () => number;
  readonly #echo: TokenEcho;
  #lastStatus: number | undefined;
  #requestCount = 0;

  constructor(options: ProviderHttpOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#echo = new TokenEcho(options.accessToken, options.sentIn);
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
    const answer = await this.#read(path, options, { ...options, body: undefined });
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

  async bytes(method: Method, path: string, options: BytesOptions): Promise<BytesAnswer> {
    const parts = bytewise(options);
    const answer =
      method === 'GET'
        ? await this.#read(path, options, parts)
        : await this.#send(method, this.#target(path, options), parts);
    return this.#understood(answer, options);
  }

  async openSession(method: 'POST' | 'PATCH', path: string, options: BytesOptions): Promise<UploadSession> {
    const opened = await this.#send(method, this.#target(path, options), bytewise(options));
    this.#understood(opened, options);
    const url = sessionUrl(this.#options.provider.id, this.#base(options), opened.headers['location']);
    return {
      put: async (next) =>
        this.#understood(await this.#send('PUT', url, bytewise(next), `${path} (session)`), next),
    };
  }

  /** @throws ProviderError unless it is a success or what the action said it understands. */
  #understood(answer: ReceivedAnswer, { understands }: BytesOptions): BytesAnswer {
    const shown = shownAnswer(answer);
    if (this.#isSuccess(answer) || understands?.(shown)) return shown;
    throw this.#refusal(answer);
  }

  #isSuccess({ status, body }: ReceivedAnswer): boolean {
    const { isFailure } = this.#options.provider;
    return status >= 200 && status <= 299 && !isFailure?.(parseJson(body));
  }

  async #call<T extends z.ZodType>(
    method: Method,
    path: string,
    options: WriteOptions<T>,
  ): Promise<z.output<T>> {
    return this.#json(await this.#send(method, this.#target(path, options), options), options.response);
  }

  /** Sends a GET; again to where the thing has moved, if the provider's definition says so. */
  async #read(
    path: string,
    options: Pick<BytesOptions, 'base' | 'query'>,
    parts: Parts,
  ): Promise<ReceivedAnswer> {
    const { id, followsMoves } = this.#options.provider;
    let url = this.#target(path, options);
    let answer = await this.#send('GET', url, parts);
    for (let moves = 0; followsMoves && moved.has(answer.status) && moves < MOST_MOVES; moves += 1) {
      const target = movedUrl(id, this.#base(options), url, answer.headers['location']);
      if (!target) break;
      url = target;
      answer = await this.#send('GET', url, parts);
    }
    return answer;
  }

  /** The body of a success; an empty one is `undefined`, and what is no JSON is never taken for it. */
  #json<T extends z.ZodType>(answer: ReceivedAnswer, response: T): z.output<T> {
    if (!this.#isSuccess(answer)) throw this.#refusal(answer);
    const json = parseJson(answer.body);
    const isText = json === undefined && answer.body.length > 0;
    const parsed = isText ? undefined : response.safeParse(json);
    if (parsed?.success) return parsed.data;
    const reason = isText ? 'not_json' : 'unexpected_shape';
    throw this.#error({ code: 'unexpected_response', status: answer.status, reason, mayHaveHappened: true });
  }

  #refusal({ status, headers, body }: ReceivedAnswer): ProviderError {
    const { provider } = this.#options;
    const failure = provider.classifyFailure({ status, headers, body: parseJson(body), now: this.#now() });
    return this.#error({
      ...failure,
      status,
      // A success that tells a failure of the provider's own may have got halfway.
      mayHaveHappened: status >= 500 || status === 408 || (status < 300 && failure.code === 'unavailable'),
    });
  }

  #error(options: Omit<ProviderErrorOptions, 'provider'>): ProviderError {
    return new ProviderError({ ...options, provider: this.#options.provider.id });
  }

  #base(options: Pick<BytesOptions, 'base'>): string {
    const base = this.#options.baseUrls[options.base ?? 'apiBaseUrl'];
    if (!base) throw this.#error({ code: 'invalid_request', reason: 'base' });
    return base;
  }

  #target(path: string, options: Pick<BytesOptions, 'base' | 'query'>): URL {
    const query = queryString(options.query ?? {});
    return targetUrl(this.#options.provider, this.#base(options), { path, query });
  }

  #headers({ headers, body, asStored }: Parts): Record<string, string> {
    const { provider, accessToken, sentIn = provider.authorization } = this.#options;
    return {
      accept: asStored ? '*/*' : 'application/json',
      ...provider.defaultHeaders,
      ...contentType(body),
      ...allowed(provider, headers ?? {}),
      'accept-encoding': asStored ? 'identity' : acceptEncoding,
      'user-agent': 'valetkey',
      ...tokenHeader(accessToken, sentIn),
    };
  }

  /** `shownAs` is the path for the audit event, where the address itself is a secret. */
  async #send(method: Method, url: URL, parts: Parts, shownAs = url.pathname): Promise<ReceivedAnswer> {
    const headers = this.#headers(parts);
    const { send = undiciRequest, timeoutMs, signal: given, onCall, maxResponseBytes } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const startedAt = this.#now();
    const maxBytes = Math.min(parts.maxBytes ?? maxResponseBytes, maxResponseBytes);
    let status: number | undefined;
    this.#requestCount += 1;
    try {
      const answer = await send(url, {
        method,
        headers,
        body: encoded(parts.body),
        signal: given ? AbortSignal.any([given, timeout]) : timeout,
      });
      status = answer.statusCode;
      const received = flat(answer.headers, (value) => this.#echo.text(value));
      const body = await readBody(answer.body, received['content-encoding'], maxBytes, parts.cut);
      const isCut = parts.cut === true && body.length >= maxBytes;
      return { status, headers: received, body: this.#echo.bytes(body), isCut };
    } catch (error) {
      throw error instanceof ProviderError ? error : this.#broken(error, status);
    } finally {
      this.#lastStatus = status ?? this.#lastStatus;
      onCall?.({ method, path: shownAs, status, durationMs: this.#now() - startedAt });
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
