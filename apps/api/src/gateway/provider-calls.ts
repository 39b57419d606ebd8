import { Injectable } from '@nestjs/common';
import {
  clientHeaders,
  createProviderHttp,
  findProvider,
  type Action,
  type Provider,
  type ProviderCall,
  type ProviderHttp,
} from '@valetkey/providers';
import type { AccessToken, SealedConnection } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { ProviderExchange } from './provider-exchange.js';

const TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

/** With which credential a provider is called, and for which account. */
export interface CallingAs {
  readonly tokenSet: Pick<AccessToken['tokenSet'], 'accessToken' | 'sentIn'>;
  readonly connection: Pick<SealedConnection, 'connectorId' | 'account'>;
}

/** Makes the only way out to a provider's API: authorised, pinned to its host, bounded in time and size. */
@Injectable()
export class ProviderCalls {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly exchange: ProviderExchange,
  ) {}

  /** @throws Problem where the connector that says where the provider is is gone */
  async http(
    action: Pick<Action, 'provider'>,
    { tokenSet, connection }: CallingAs,
    onCall: (call: ProviderCall) => void,
    signal?: AbortSignal,
  ): Promise<ProviderHttp> {
    const provider = await this.placed(action.provider, connection);
    return createProviderHttp({
      provider,
      baseUrls: this.connectors.baseUrls(provider),
      accessToken: tokenSet.accessToken,
      sentIn: tokenSet.sentIn,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      send: this.exchange.sender(provider, connection),
      onCall,
      signal,
    });
  }

  /** The provider where the connector of a connection has it, with the headers that it wants with every request. */
  private async placed(
    providerId: string,
    { connectorId }: Pick<SealedConnection, 'connectorId'>,
  ): Promise<Provider> {
    const known = findProvider(providerId);
    if (!known) throw new Error(`unknown provider ${providerId}`);
    const provider = await this.connectors.placed(known, connectorId);
    const { proxiedHeaders, defaultHeaders } = provider;
    if (!proxiedHeaders) return provider;
    const connector = await this.connectors.findConnector(connectorId);
    const own = clientHeaders(proxiedHeaders, connector ?? { clientId: '' });
    return { ...provider, defaultHeaders: { ...defaultHeaders, ...own } };
  }
}
