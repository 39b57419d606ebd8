import {
  allProviders,
  effectiveBaseUrls,
  isServedBy,
  type BaseUrls,
  type Provider,
} from '@valetkey/providers';
import { placedEndpoints, type Connector } from './connector.js';
import { placedProvider } from './placed-provider.js';
import { ENDPOINT_NAMES } from './connector-definition.js';

type Placed = Pick<Connector, 'preset' | 'endpointOverrides' | 'options'>;

/**
 * Where the secret of a connector's client may go: the preset, and every origin that is not the preset's. Another path
 * at the same origin is the same place, and so is an endpoint where the token endpoint is. Values that stand in a host
 * name are part of it.
 */
export function clientAudience(connector: Placed): string {
  const { preset, endpointOverrides } = connector;
  const endpoints = placedEndpoints(connector);
  const usualHome = originOf(endpoints.token);
  const home = originOf(endpointOverrides.token) ?? usualHome ?? originOf(endpointOverrides.issuer);
  const moved = ENDPOINT_NAMES.flatMap((name) => {
    const origin = originOf(endpointOverrides[name]);
    const usual = originOf(endpoints[name]) ?? home;
    return origin === undefined || origin === usual ? [] : [`${name}=${origin}`];
  });
  return [
    preset.id,
    ...placeOf(connector),
    ...(home === usualHome ? [] : [`home=${home ?? ''}`]),
    ...moved,
  ].join(' ');
}

function placeOf({ preset, options }: Placed): string[] {
  const { parameters } = preset;
  if (!parameters) return [];
  return Object.entries(parameters)
    .filter(([, { kind }]) => kind !== 'segment')
    .map(([name, parameter]) => `${name}=${options.parameters?.[name] ?? parameter.default ?? ''}`)
    .sort();
}

/** The same for tokens, which also go to the APIs of the providers behind the connector. */
export function tokenAudience(connector: Placed, baseUrls: (provider: Provider) => BaseUrls): string {
  const moved = allProviders()
    .filter((provider) => isServedBy(provider, connector.preset))
    .flatMap((provider) => placedProvider(provider, connector) ?? [])
    .flatMap((provider) => {
      const usual = effectiveBaseUrls(provider);
      const inForce = Object.entries(baseUrls(provider)) as [keyof BaseUrls, string][];
      return inForce
        .filter(([name, url]) => originOf(url) !== originOf(usual[name]))
        .map(([name, url]) => `${provider.id}.${name}=${originOf(url) ?? ''}`);
    });
  return [clientAudience(connector), ...moved].join(' ');
}

function originOf(url: string | undefined): string | undefined {
  return url && URL.canParse(url) ? new URL(url).origin : undefined;
}
