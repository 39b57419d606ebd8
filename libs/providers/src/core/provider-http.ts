import type { z } from 'zod';

/** The base URLs that a provider may declare. Each can be overridden on its own. */
export type BaseUrlName = 'apiBaseUrl' | 'uploadBaseUrl' | 'contentBaseUrl';

export type QueryValue = string | number | boolean | undefined | readonly (string | number | boolean)[];
export type Query = Readonly<Record<string, QueryValue>>;

/** Request headers that an action may set. Authorization, host, cookies and framing are never among them. */
export const actionHeaderNames = [
  'accept',
  'content-type',
  'content-range',
  'dropbox-api-arg',
  'dropbox-api-path-root',
  'if-match',
  'if-none-match',
  'range',
  'x-upload-content-length',
  'x-upload-content-type',
] as const;

export type ActionHeaders = Partial<Readonly<Record<(typeof actionHeaderNames)[number], string>>>;

export interface ReadOptions<Response extends z.ZodType> {
  /** Repeated parameters for arrays; `undefined` is left out. */
  readonly query?: Query;
  readonly headers?: ActionHeaders;
  /** Which of the provider's base URLs the path belongs to. Default `apiBaseUrl`. */
  readonly base?: BaseUrlName;
  /** The schema of the response; extra members are ignored. A mismatch is `unexpected_response`. */
  readonly response: Response;
}

export interface WriteOptions<Response extends z.ZodType> extends ReadOptions<Response> {
  /** Sent as JSON; bytes as they are, as `application/octet-stream` unless `content-type` is set. */
  readonly body?: unknown;
}

/** One page of a list whose answer names the next one in its `Link` header (RFC 8288). */
export interface Page<Body> {
  readonly body: Body;
  /** Query parameters of the next page; absent on the last one. Its address is not given, so that nobody calls it. */
  readonly next?: Readonly<Record<string, string>> | undefined;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Response headers that an action may see. `location` is not among them: where it matters it is a credential. */
export const shownHeaderNames = [
  'content-range',
  'content-type',
  'dropbox-api-result',
  'mcp-session-id',
  'range',
] as const;

export interface BytesAnswer {
  readonly status: number;
  readonly headers: Readonly<Partial<Record<(typeof shownHeaderNames)[number], string>>>;
  readonly bytes: Buffer;
  /** The response is longer, and the rest was not read: see `cut`. */
  readonly isCut: boolean;
  /** As in `Page`. */
  readonly next?: Readonly<Record<string, string>> | undefined;
  /** The body read as JSON, `undefined` when it is none. */
  json(): unknown;
}

export interface BytesOptions extends Omit<WriteOptions<z.ZodType>, 'response'> {
  /** Longest answer in bytes, where it is below the limit of every answer. */
  readonly maxBytes?: number;
  /** Whether the beginning of a longer response suffices; without it a longer one is refused. */
  readonly cut?: boolean;
  /** Given each part of a response as it comes: says when enough has come, and the rest is not read. */
  readonly until?: (chunk: Uint8Array) => boolean;
  /** Responses other than 2xx that the action reads itself; all others are thrown as `ProviderError`. */
  readonly understands?: (answer: BytesAnswer) => boolean;
}

/** A resumable upload. Its address is a credential: it stays inside, and no error, log or audit event contains it. */
export interface UploadSession {
  put(options: Omit<BytesOptions, 'base' | 'query'>): Promise<BytesAnswer>;
}

/**
 * The only network access of an action: calls that are already authorised, restricted to the provider's base URL,
 * limited in time and size, with failures mapped to `ProviderError`. None of its members reveals the token.
 */
export interface ProviderHttp {
  get<T extends z.ZodType>(path: string, options: ReadOptions<T>): Promise<z.output<T>>;
  /** As `get`, for lists that page by the `Link` header. */
  getPage<T extends z.ZodType>(path: string, options: ReadOptions<T>): Promise<Page<z.output<T>>>;
  post<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>>;
  put<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>>;
  patch<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>>;
  delete<T extends z.ZodType>(path: string, options: WriteOptions<T>): Promise<z.output<T>>;
  /** Content in or out: the answer as it came, not decompressed, within the size limit. */
  bytes(method: Method, path: string, options: BytesOptions): Promise<BytesAnswer>;
  /**
   * Opens an upload session whose address the answer's `Location` gives.
   * @throws ProviderError `unexpected_response` when that address is not below the base URL that opened it.
   */
  openSession(method: 'POST' | 'PATCH', path: string, options: BytesOptions): Promise<UploadSession>;
  /** HTTP status of the last answer, for the audit event. */
  readonly lastStatus: number | undefined;
  readonly requestCount: number;
}
