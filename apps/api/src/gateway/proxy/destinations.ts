import { Inject, Injectable } from '@nestjs/common';
import { findProvider, type Provider } from '@valetkey/providers';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import type { SealedConnection } from '../../connections/index.js';
import { ConnectorsService } from '../../connectors/index.js';
import type { ForwardRequest } from './forwarded-request.js';
import { JudgedRequests, type ProxiedRequest, type WantedRequest } from './judged-requests.js';
import { keptLinkId } from './kept-link.js';
import { KeptLinks } from './kept-links.js';
import { PROXY_PREFIX } from './proxied-bodies.js';
import { AnswerAddresses } from './answer-addresses.js';

/** The destination of a forwarded request. `judged`: for a kept address, the request whose response named it. */
export interface Destination extends ProxiedRequest {
  readonly method: string;
  /** Path for the audit log; that of a kept address is a secret. */
  readonly shownPath: string;
  /** False for an address outside of the provider's API. */
  readonly bringsToken: boolean;
  /** The connection that it belongs to, if it is known already. */
  readonly connectionId: string | undefined;
}

interface Departure {
  readonly provider: Provider;
  readonly request: ForwardRequest;
  readonly destination: Destination;
}

/** Resolves requests to the proxy to destinations, and rewrites the addresses in their responses. */
@Injectable()
export class Destinations {
  constructor(
    private readonly requests: JudgedRequests,
    private readonly connectors: ConnectorsService,
    private readonly kept: KeptLinks,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /**
   * @throws Problem 404 `unknown_provider`, 400 `invalid_path`, 405 `method_not_allowed`; 404 `not_found` for a kept
   * address
   */
  async of(wanted: WantedRequest, request: ForwardRequest): Promise<Destination> {
    const id = keptLinkId(request.target);
    const provider = id === undefined ? undefined : findProvider(request.provider);
    if (id !== undefined && provider) return this.behind(provider, request, id);
    const proxied = await this.requests.judge(wanted);
    const { method } = proxied.judged;
    return {
      ...proxied,
      method,
      shownPath: proxied.judged.path,
      bringsToken: true,
      connectionId: request.connectionId,
    };
  }

  /** The rewriter of addresses for the response to a request that was sent there over a connection. */
  addresses({ provider, request, destination }: Departure, connection: SealedConnection): AnswerAddresses {
    const { type, id } = request.principal;
    const owner = {
      provider: provider.id,
      userId: request.userId,
      connectionId: connection.id,
      caller: { type, id },
      judged: destination.judged,
    };
    return new AnswerAddresses({
      provider,
      baseUrls: this.connectors.baseUrls(provider),
      url: destination.url,
      proxyUrl: `${this.settings.publicUrl}${PROXY_PREFIX}${provider.id}`,
      keep: (found) => this.kept.keep(found, owner),
    });
  }

  private async behind(
    provider: Provider,
    { principal, userId, method }: ForwardRequest,
    id: string,
  ): Promise<Destination> {
    const { type, id: callerId } = principal;
    const owner = { provider: provider.id, userId, caller: { type, id: callerId } };
    const { url, judged, kind, connectionId } = await this.kept.open(id, method, owner);
    return {
      ...{ provider, url, judged, method },
      shownPath: `${judged.path} (${kind})`,
      bringsToken: kind === 'upload_session',
      connectionId,
    };
  }
}
