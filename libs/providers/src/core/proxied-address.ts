import { baseUrlNames, type BaseUrls } from './base-urls.js';
import { forwardedUrl, NOT_IN_QUERY, plainPath } from './forward.js';
import type { Provider } from './provider.js';
import type { BaseUrlName } from './provider-http.js';

type Bases = Pick<Provider, 'id' | BaseUrlName | 'otherBases'>;

/** The path of a base URL, which callers may write in front of a path of the API: `/calendar/v3`; none: empty. */
export const servicePath = (baseUrl: string): string => new URL(baseUrl).pathname.replace(/(?<!\/)\/+$/, '');

/**
 * Which base of the provider a request belongs at. Its own clients name a host, and we have one only: the service path
 * of uploads (`/upload/drive/v3`) tells, or what the provider's definition says.
 *
 * @param target path and query below the provider, as the caller sent them
 */
export function baseOf(provider: Bases, method: string, target: string): BaseUrlName {
  const path = plainPath(target.split('?', 1)[0] ?? '');
  const { uploadBaseUrl } = provider;
  const ofUploads = uploadBaseUrl === undefined ? '' : servicePath(uploadBaseUrl);
  if (ofUploads !== '' && path.startsWith(`${ofUploads}/`)) return 'uploadBaseUrl';
  const rule = provider.otherBases?.find(
    ({ methods, path: pattern }) => (methods?.includes(method) ?? true) && pattern.test(path),
  );
  return rule?.base ?? 'apiBaseUrl';
}

/**
 * The path and query, below our proxy of this provider, that lead to an address of its API.
 * A credential in its query is left out. `undefined`: it lies nowhere below the provider's bases.
 */
export function proxiedTarget(provider: Bases, baseUrls: BaseUrls, url: URL): string | undefined {
  if (url.username || url.password) return undefined;
  const below = baseUrlNames
    .flatMap((name) => {
      const baseUrl = baseUrls[name];
      return baseUrl !== undefined && `${url.origin}${url.pathname}`.startsWith(`${baseUrl}/`)
        ? [{ name, baseUrl }]
        : [];
    })
    .sort((a, b) => b.baseUrl.length - a.baseUrl.length)[0];
  if (!below) return undefined;
  const path = url.pathname.slice(servicePath(below.baseUrl).length);
  const target = `${servicePath(provider[below.name] ?? below.baseUrl)}${path}${queryWithoutCredential(url)}`;
  try {
    forwardedUrl(provider, baseUrls, below.name, target);
    return target;
  } catch {
    return undefined;
  }
}

/** Byte for byte but for what would be refused on its way back: cursors may be signed. */
function queryWithoutCredential({ search }: URL): string {
  const parts = search.slice(1).split('&');
  const kept = parts.filter((part) => {
    const [name = ''] = new URLSearchParams(part).keys();
    return !NOT_IN_QUERY.has(name.toLowerCase());
  });
  const query = kept.join('&');
  return query === '' ? '' : `?${query}`;
}
