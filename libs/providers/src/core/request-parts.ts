import type { Provider } from './provider.js';
import { ProviderError } from './provider-error.js';
import { actionHeaderNames, type ActionHeaders, type Query } from './provider-http.js';

/** Error codes of a connection that was never made: the request cannot have reached a server. */
export const neverSent: ReadonlySet<string> = new Set([
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

export function queryString(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.toString();
}

/**
 * @throws ProviderError `invalid_request` for a header that actions may not set, or a value that is not plain ASCII.
 */
export function allowed(
  { id: provider, requestHeaders = [] }: Pick<Provider, 'id' | 'requestHeaders'>,
  headers: ActionHeaders,
): Record<string, string> {
  const names: readonly string[] = [...actionHeaderNames, ...requestHeaders];
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const bad = entries.some(([name, value]) => !names.includes(name) || /[^\t\x20-\x7e]/.test(value));
  if (bad) throw new ProviderError({ provider, code: 'invalid_request', reason: 'header' });
  return Object.fromEntries(entries);
}

/** Repeated headers joined by `, `, each value as `clean` makes it. */
export function flat(
  headers: Record<string, string | string[] | undefined>,
  clean: (value: string) => string,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const one = Array.isArray(value) ? value.join(', ') : value;
      return [name, one === undefined ? undefined : clean(one)];
    }),
  );
}

/** The bytes that are sent: bytes unchanged, all else as JSON. */
export function encoded(body: unknown): Uint8Array | string | null {
  if (body === undefined) return null;
  return body instanceof Uint8Array ? body : JSON.stringify(body);
}

/** The content type of a body, unless the action sets one. */
export function contentType(body: unknown): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' };
}
