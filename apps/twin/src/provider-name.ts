/** The providers that the twin stands in for. */
export const PROVIDER_NAMES = ['google', 'github', 'dropbox'] as const;

/** One of the providers that the twin stands in for. */
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** The provider that a request path belongs to: its first segment. */
export function providerOfPath(path: string): ProviderName | undefined {
  const first = path.split('/')[1];
  return PROVIDER_NAMES.find((name) => name === first);
}
