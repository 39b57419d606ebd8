import { pinnedUrl } from './api-path.js';
import type { BaseUrls } from './base-urls.js';
import type { Provider } from './provider.js';
import { ProviderError } from './provider-error.js';
import type { BaseUrlName } from './provider-http.js';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Headers of a caller that every provider gets, besides those that the provider names itself. None of them names an
 * account, or overrides the request's method.
 */
const FORWARDED: readonly string[] = [
  'accept',
  'accept-language',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-range',
  'content-type',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
];
/** `$httpMethod` and `$httpHeaders` are Google's substitutes for pages that may not set headers. */
export const NOT_IN_QUERY: ReadonlySet<string> = new Set([
  '$httpheaders',
  '$httpmethod',
  '_method',
  'access_token',
  'authorization',
  'bearer_token',
  'oauth_token',
]);

/**
 * Characters with the same meaning percent-encoded or not (RFC 3986, section 6.2.2.2), and those for which that is true
 * within a segment.
 */
const PLAIN = /^[A-Za-z0-9\-._~@:]$/;

/**
 * Where a forwarded request goes: below one of the provider's base URLs, whatever the path tries. The provider's own
 * service path (`/calendar/v3`) may be written or left out.
 *
 * @param target path and query as the caller sent them, still encoded, with a slash in front
 * @throws ProviderError `invalid_request` for a path that is not a plain one, or (`query`) a query that brings a
 *   credential, a header or another method
 */
export function forwardedUrl(
  provider: Pick<Provider, 'id' | BaseUrlName>,
  baseUrls: BaseUrls,
  base: BaseUrlName,
  target: string,
): URL {
  const baseUrl = baseUrls[base];
  if (!baseUrl) throw refusal(provider.id, 'base');
  const [written = '', ...query] = target.split('?');
  const path = plainPath(written);
  const own = new URL(provider[base] ?? baseUrl).pathname.replace(/(?<!\/)\/+$/, '');
  const below = own !== '' && path.startsWith(`${own}/`) ? path.slice(own.length) : path;
  const url = pinnedUrl(provider.id, baseUrl, below);
  const search = query.join('?');
  const names = [...new URLSearchParams(search.replaceAll(';', '&')).keys()].map((name) =>
    name.toLowerCase(),
  );
  if (/[#\s\p{Cc}]/u.test(search)) throw refusal(provider.id, 'path');
  if (names.some((name) => NOT_IN_QUERY.has(name))) throw refusal(provider.id, 'query');
  url.search = search;
  return url;
}

/** A path without needless percent-encoding, so that another spelling of it does not evade a rule. */
export function plainPath(path: string): string {
  return path.replace(/%[0-9a-f]{2}/gi, (written) => {
    const character = String.fromCharCode(Number.parseInt(written.slice(1), 16));
    return PLAIN.test(character) ? character : written.toUpperCase();
  });
}

/** The caller's headers that this provider gets; those that `Connection` names are dropped as well. */
export function forwardedHeaders(
  { requestHeaders = [] }: Pick<Provider, 'requestHeaders'>,
  headers: Headers,
): Record<string, string> {
  const named = namedByConnection(headers);
  const answer: Record<string, string> = {};
  for (const name of [...FORWARDED, ...requestHeaders]) {
    const value = text(headers[name]);
    if (value !== undefined && !named.includes(name)) answer[name] = value;
  }
  return answer;
}

function refusal(provider: string, reason: string): ProviderError {
  return new ProviderError({ provider, code: 'invalid_request', reason });
}

function namedByConnection(headers: Headers): readonly string[] {
  const names = text(headers['connection'])?.toLowerCase().split(',') ?? [];
  return names.map((name) => name.trim());
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(', ');
}
