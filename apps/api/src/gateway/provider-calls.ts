import { Injectable } from '@nestjs/common';
import {
  createProviderHttp,
  findProvider,
  type Action,
  type ProviderCall,
  type ProviderHttp,
} from '@valetkey/providers';
import type { AccessToken } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { ProviderExchange } from './provider-exchange.js';

const TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

/** Makes the only way out to a provider's API: authorised, pinned to its host, bounded in time and size. */
@Injectable()
export class ProviderCalls {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly exchange: ProviderExchange,
  ) {}

  http(
    action: Action,
    { tokenSet, connection }: AccessToken,
    onCall: (call: ProviderCall) => void,
    signal?: AbortSignal,
  ): ProviderHttp {
    const provider = findProvider(action.provider);
    if (!provider) throw new Error(`unknown provider ${action.provider}`);
    return createProviderHttp({
      provider,
      baseUrls: this.connectors.baseUrls(provider),
      accessToken: tokenSet.accessToken,
      timeoutMs: TIMEOUT_MS,
      maxResponseBytes: MAX_RESPONSE_BYTES,
      send: this.exchange.sender(provider, connection),
      onCall,
      signal,
    });
  }
}
