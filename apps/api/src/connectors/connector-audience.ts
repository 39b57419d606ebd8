import { effectiveBaseUrls, providers, type BaseUrls } from '@valetkey/providers';
import type { Connector } from './connector.js';
import { ENDPOINT_NAMES } from './connector-definition.js';

type Placed = Pick<Connector, 'preset' | 'endpointOverrides'>;

/**
 * Where the secret of a connector's client may go: the preset, and every origin that is not the preset's. Another path
 * at the same origin is the same place, and so is an endpoint where the token endpoint is.
 */
export function clientAudience({ preset, endpointOverrides }: Placed): string {
  const usualHome = originOf(preset.endpoints.token);
  const home = originOf(endpointOverrides.token) ?? usualHome ?? originOf(endpointOverrides.issuer);
  const moved = ENDPOINT_NAMES.flatMap((name) => {
    const origin = originOf(endpointOverrides[name]);
    const usual = originOf(preset.endpoints[name]) ?? home;
    return origin === undefined || origin === usual ? [] : [`${name}=${origin}`];
  });
  return [preset.id, ...(home === usualHome ? [] : [`home=${home ?? ''}`]), ...moved].join(' ');
}

/** The same for tokens, which also go to the APIs of the providers behind the connector. */
export function tokenAudience(connector: Placed, baseUrls: (providerId: string) => BaseUrls): string {
  const moved = providers
    .filter((provider) => provider.connector === connector.preset.id)
    .flatMap((provider) => {
      const usual = effectiveBaseUrls(provider);
      const inForce = Object.entries(baseUrls(provider.id)) as [keyof BaseUrls, string][];
      return inForce
        .filter(([name, url]) => originOf(url) !== originOf(usual[name]))
        .map(([name, url]) => `${provider.id}.${name}=${originOf(url) ?? ''}`);
    });
  return [clientAudience(connector), ...moved].join(' ');
}

function originOf(url: string | undefined): string | undefined {
  return url ? new URL(url).origin : undefined;
}
