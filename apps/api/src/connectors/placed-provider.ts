import { filledTemplate, placeholdersIn, type Provider } from '@valetkey/providers';
import type { Connector } from './connector.js';

/** Whether the base URL of a provider differs from connector to connector. */
export function isPlacedByConnector({ apiBaseUrl }: Provider): boolean {
  return placeholdersIn(apiBaseUrl).length > 0;
}

/** The provider with the connector's values in its base URL; `undefined` when one is missing. */
export function placedProvider(
  provider: Provider,
  { options }: Pick<Connector, 'options'>,
): Provider | undefined {
  const { parameters, apiBaseUrl } = provider;
  if (!parameters || !isPlacedByConnector(provider)) return provider;
  const placed = filledTemplate(apiBaseUrl, parameters, options.parameters ?? {});
  return placed === undefined ? undefined : { ...provider, apiBaseUrl: placed };
}
