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
  return url.href.replace(/(?<!\/)\/+$/, '');
}

/**
 * Where a base that nobody has overridden is, once the API itself has been: beside it, if that is where it is by default.
 * Otherwise nowhere: tokens of another installation must not go to the provider's own hosts.
 */
function beside(provider: Provider, name: BaseUrlName, apiBaseUrl: string): string | undefined {
  const byDefault = provider[name];
  if (byDefault === undefined) return undefined;
  const [api, other, now] = [new URL(provider.apiBaseUrl), new URL(byDefault), new URL(apiBaseUrl)];
  if (now.origin === api.origin) return byDefault;
  if (other.origin !== api.origin || !now.pathname.endsWith(api.pathname)) return undefined;
  return `${now.origin}${now.pathname.slice(0, -api.pathname.length)}${other.pathname}`;
}

/**
 * The provider's base URLs with the operator's overrides put in. One that is not overridden moves along with the API's,
 * or is not there any more.
 *
 * @throws TypeError for an override that is no URL, is plain http to a host other than loopback, carries
 * credentials, a query or a fragment, or names a base URL that the provider does not have.
 */
export function effectiveBaseUrls(
  provider: Provider,
  overrides: { readonly [Name in BaseUrlName]?: string | undefined } = {},
): BaseUrls {
  const urls: { apiBaseUrl: string } & { [Name in BaseUrlName]?: string } = {
    apiBaseUrl: overridden(`${provider.id}.apiBaseUrl`, provider.apiBaseUrl, overrides.apiBaseUrl),
  };
  for (const name of baseUrlNames.filter((other) => other !== 'apiBaseUrl')) {
    const override = overrides[name];
    const byDefault = provider[name];
    const label = `${provider.id}.${name}`;
    if (override !== undefined && byDefault === undefined) throw new TypeError(`${label} does not exist`);
    const base = override ?? beside(provider, name, urls.apiBaseUrl);
    if (base !== undefined && byDefault !== undefined) urls[name] = overridden(label, byDefault, base);
  }
  return urls;
}
