import { ProviderError } from './provider-error.js';
import type { Provider } from './provider.js';

const refuse = (provider: string, reason: string): never => {
  throw new ProviderError({ provider, code: 'invalid_request', reason });
};

/** Empty, or a step up somewhere inside once a careless server has decoded it, however often. */
const isUnsafe = (segment: string): boolean =>
  segment === '' ||
  /(^|\/|\\|%2f|%5c)(\.|%2e){1,2}($|\/|\\|;|%2f|%5c|%3b)/i.test(segment.replaceAll(/%(25)+/g, '%'));

/**
 * Builds a path in which each value is exactly one segment.
 *
 * @example apiPath`/repos/${owner}/${repo}/issues`
 */
export function apiPath(literals: TemplateStringsArray, ...values: (string | number)[]): string {
  return literals.reduce((path, literal, index) => {
    const value = values[index - 1];
    return path + encodeURIComponent(value ?? '') + literal;
  });
}

/**
 * Joins a base URL and a path so that the result can't leave the base.
 * @throws ProviderError `invalid_request` for an empty or dotted segment, a backslash, a query, a fragment or a control character.
 */
export function pinnedUrl(provider: string, base: string, path: string): URL {
  if (!path.startsWith('/') || /[\\?#\s\p{Cc}]/u.test(path)) refuse(provider, 'path');
  const segments = path.slice(1).split('/');
  if (segments.some(isUnsafe)) refuse(provider, 'path');
  const url = new URL(base + path);
  const root = new URL(base);
  const within = url.pathname.startsWith(`${root.pathname.replace(/(?<!\/)\/+$/, '')}/`);
  if (url.origin !== root.origin || !within) refuse(provider, 'path');
  return url;
}

/** As `pinnedUrl`, with a query. An MCP server is one address, which the empty path names: there is nothing below it. */
export function targetUrl(
  { id, mcpUrl }: Pick<Provider, 'id' | 'mcpUrl'>,
  base: string,
  { path, query }: { readonly path: string; readonly query: string },
): URL {
  if (mcpUrl !== undefined && path === '') return new URL(mcpUrl);
  const url = pinnedUrl(id, base, path);
  url.search = query;
  return url;
}

/**
 * Where a `Location` leads, below the base URL alone, with the query of the request unless it brings its own; `undefined`
 * for anywhere else, where no token follows.
 */
export function movedUrl(
  provider: string,
  base: string,
  from: URL,
  location: string | undefined,
): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  try {
    const url = sessionUrl(provider, base, new URL(location, from).href);
    if (url.search === '') url.search = from.search;
    return url;
  } catch {
    return undefined;
  }
}

/**
 * The address of an upload session, as a provider gave it in `Location`: absolute, at the origin of the base URL
 * that opened it and below its path, so that neither token nor content follows a foreign address.
 * @throws ProviderError `unexpected_response`; the address is in no part of it.
 */
export function sessionUrl(provider: string, base: string, location: string | undefined): URL {
  const root = new URL(base);
  const url = location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
  const isClean = url && !url.username && !url.password && !url.hash && !isUnsafe(`x${url.pathname}`);
  const isWithin =
    url?.origin === root.origin &&
    `${url.pathname}/`.startsWith(`${root.pathname.replace(/(?<!\/)\/+$/, '')}/`);
  if (url && isClean && isWithin) return url;
  throw new ProviderError({ provider, code: 'unexpected_response', reason: 'session_address' });
}
