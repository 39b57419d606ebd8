import { Injectable } from '@nestjs/common';
import { allProviders, findProvider, isServedBy, servicePath, type Provider } from '@valetkey/providers';
import { ConnectorsService, type Connector } from '../connectors/index.js';
import { invalidInput, notFound, shortened } from '../platform/index.js';
import type { Endpoint } from './endpoint.js';

/** Connectors that an integration key names, and the APIs that take their tokens. */
export interface Integration {
  readonly key: string;
  readonly connectors: readonly [Connector, ...Connector[]];
  readonly providers: readonly Provider[];
}

const BASES = ['apiBaseUrl', 'uploadBaseUrl', 'contentBaseUrl'] as const;

/** Resolves integration keys (`Provider-Config-Key`): a connector by its target or id, else a provider by its id. */
@Injectable()
export class Integrations {
  constructor(private readonly connectors: ConnectorsService) {}

  /** @throws Problem 400 for no key, 404 `not_found` for an unknown one */
  async require(key: string | undefined): Promise<Integration> {
    if (key === undefined || key === '')
      throw invalidInput('Provider-Config-Key: name the connector by its target, or a provider by its id');
    const connector = await this.connectors.findConnector(key);
    if (connector) {
      const providers = allProviders().filter((one) => isServedBy(one, connector.preset));
      return { key, connectors: [connector], providers };
    }
    const provider = findProvider(key);
    const [first, ...rest] = provider ? await this.connectors.forProvider(provider) : [];
    if (!provider || !first) throw notFound('integration');
    return { key, connectors: [first, ...rest], providers: [provider] };
  }

  /**
   * The provider that an endpoint is one of. Tokens of one connector may be taken by several.
   * @throws Problem 400 when the endpoint leaves it open
   */
  providerOf({ key, providers }: Integration, { providerId, origin, target }: Endpoint): Provider {
    const path = target.split('?', 1)[0] ?? '';
    const fitting = providers.filter((one) => {
      if (providerId !== undefined) return one.id === providerId;
      if (origin !== undefined) return originsOf(one).includes(origin);
      return true;
    });
    const [only, ...others] = fitting.length > 1 ? fitting.filter((one) => isBelow(one, path)) : fitting;
    if (only && others.length === 0) return only;
    if (origin !== undefined && fitting.length === 0)
      throw invalidInput(
        'endpoint: Valetkey sends the token to the API of the integration only; leave the host out, and Base-Url-Override',
      );
    const ids = providers.map(({ id }) => id).join(', ');
    throw invalidInput(
      `Provider-Config-Key: several APIs take tokens of ${shortened(key)}; name one of ${ids}, or write the whole path of the API, as in /calendar/v3/calendars`,
    );
  }
}

function originsOf(provider: Provider): string[] {
  return BASES.flatMap((base) => provider[base] ?? [])
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).origin);
}

/** Whether a path is written with the service path of a provider. */
function isBelow(provider: Provider, path: string): boolean {
  return BASES.flatMap((base) => provider[base] ?? [])
    .filter((url) => URL.canParse(url))
    .map(servicePath)
    .some((own) => own !== '' && path.startsWith(`${own}/`));
}
