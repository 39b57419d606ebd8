import type { BaseUrlName } from './provider-http.js';
import type { Provider } from './provider.js';

/** Base URLs in effect for one provider; `apiBaseUrl` is always there. No slash at the end. */
export type BaseUrls = { readonly apiBaseUrl: string } & { readonly [Name in BaseUrlName]?: string };

export const baseUrlNames = [
  'apiBaseUrl',
  'uploadBaseUrl',
  'contentBaseUrl',
] as const satisfies BaseUrlName[];

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

/** @throws TypeError in words for the operator when tokens should not be sent there. */
export function checkedBaseUrl(name: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url) throw new TypeError(`${name} is not a URL`);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname)))
    throw new TypeError(`${name} must be https (plain http only for loopback)`);
  if (url.username || url.password) throw new TypeError(`${name} must not contain a user name or password`);
  if (url.search || url.hash) throw new TypeError(`${name} must not have a query or fragment`);
  return url;
}

/** An override that is an origin only keeps the default's service path (`/calendar/v3`). */
function overridden(name: string, byDefault: string, override: string | undefined): string {
  const url = checkedBaseUrl(name, override ?? byDefault);
  if (url.pathname === '/') url.pathname = new URL(byDefault).pathname;
  return url.href.replace(/\/+$/, '');
}

/**
 * The provider's base URLs with the operator's overrides put in, each on its own.
 *
 * @throws TypeError for an override that is no URL, is plain http to a host other than loopback, carries
 * credentials, a query or a fragment, or names a base URL that the provider does not have.
 */
export function effectiveBaseUrls(
  provider: Provider,
  overrides: { readonly [Name in BaseUrlName]?: string | undefined } = {},
): BaseUrls {
  const entries: [BaseUrlName, string][] = [];
  for (const name of baseUrlNames) {
    const byDefault = provider[name];
    const label = `${provider.id}.${name}`;
    if (byDefault) entries.push([name, overridden(label, byDefault, overrides[name])]);
    else if (overrides[name] !== undefined) throw new TypeError(`${label} does not exist`);
  }
  return Object.fromEntries(entries) as BaseUrls;
}
