import type { Provider } from '../provider.js';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Headers that describe a response. All others are dropped: cookies, challenges, those that would act on our origin,
 * and unknown ones, which could hold an address or a capability. Links are not in this list: they are rewritten.
 */
const RETURNED: ReadonlySet<string> = new Set([
  'accept-ranges',
  'age',
  'allow',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-range',
  'content-type',
  'date',
  'deprecation',
  'etag',
  'expires',
  'last-modified',
  'pragma',
  'range',
  'ratelimit',
  'ratelimit-limit',
  'ratelimit-policy',
  'ratelimit-remaining',
  'ratelimit-reset',
  'retry-after',
  'sunset',
  'vary',
]);

/** The headers of a provider's response that its caller gets unchanged. */
export function returnedHeaders(
  { answers }: Pick<Provider, 'answers'>,
  headers: Headers,
): Record<string, string> {
  const returned: Record<string, string> = {};
  for (const [name, value] of Object.entries(flatHeaders(headers)))
    if (RETURNED.has(name) || answers?.headers?.test(name)) returned[name] = value;
  return returned;
}

/** Headers under lower-case names, repeated ones joined. */
export function flatHeaders(headers: Headers): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === 'string' ? value : value.join(', ');
  }
  return flat;
}
