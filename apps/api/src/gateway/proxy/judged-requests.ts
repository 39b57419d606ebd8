import { Injectable } from '@nestjs/common';
import {
  baseOf,
  findProvider,
  forwardedUrl,
  judgeRequest,
  ProviderError,
  routeRequest,
  type BaseUrlName,
  type JudgedRequest,
  type PeekedBody,
  type Provider,
} from '@valetkey/providers';
import { ConnectorsService } from '../../connectors/index.js';
import { Problem } from '../../platform/index.js';
import { reached } from '../policy-names.js';

/** Bases by the names that callers use. */
export const BASES = {
  api: 'apiBaseUrl',
  upload: 'uploadBaseUrl',
  content: 'contentBaseUrl',
} as const satisfies Record<string, BaseUrlName>;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** A request for a provider's own API, as a caller wants to send it. */
export interface WantedRequest {
  readonly provider: string;
  readonly method: string;
  /** `undefined`: the path decides. */
  readonly base: BaseUrlName | undefined;
  /** Path and query below the provider, in their original encoding. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Reads the body, or the beginning of a long one. Called only where the decision depends on it. */
  readonly peek: () => Promise<PeekedBody | undefined>;
  /** The connector of the connection that is named; asked for only where the provider's address depends on it. */
  readonly connectorId?: (provider: Provider) => Promise<string | undefined>;
}

/** A request with a valid target, and its effect. */
export interface ProxiedRequest {
  readonly provider: Provider;
  readonly url: URL;
  readonly judged: JudgedRequest;
}

/**
 * Finds the effect of a request that no action describes, for one that is sent and for one that is only asked about.
 */
@Injectable()
export class JudgedRequests {
  constructor(private readonly connectors: ConnectorsService) {}

  /**
   * @throws Problem 404 `unknown_provider`, 400 `invalid_path`, 405 `method_not_allowed`; 403 `connector_disabled` or 422
   *   `connector_missing` where only a connector tells where the provider is
   */
  async judge(wanted: WantedRequest): Promise<ProxiedRequest> {
    const known = findProvider(wanted.provider);
    // A message to an MCP server could call any tool: its tools are called as actions.
    if (!known || known.mcpUrl !== undefined) throw new Problem('unknown_provider');
    const method = wanted.method.toUpperCase();
    if (!METHODS.includes(method)) throw new Problem('method_not_allowed.forwarded', { method });
    const provider = await this.connectors.placed(known, await wanted.connectorId?.(known));
    const baseUrls = this.connectors.baseUrls(provider);
    const url = targetOf(provider, wanted, baseUrls);
    const routed = routeRequest(provider, baseUrls, method, url);
    const body = routed.needsBody ? await wanted.peek() : undefined;
    return { provider, url, judged: judgeRequest(routed, { headers: wanted.headers, body }) };
  }
}

function targetOf(
  provider: Provider,
  { base, method, target }: WantedRequest,
  baseUrls: ReturnType<ConnectorsService['baseUrls']>,
): URL {
  try {
    return forwardedUrl(provider, baseUrls, base ?? baseOf(provider, method.toUpperCase(), target), target);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const { reason } = error;
    throw new Problem(reason === 'base' || reason === 'query' ? `invalid_path.${reason}` : 'invalid_path');
  }
}

/** The subject of the policy's question about a judged request. */
export function policySubject({ provider, judged }: ProxiedRequest) {
  const { method, path, route, recipients, effect, actions } = judged;
  return {
    action: { id: `${provider.id}.proxy`, effect, provider: provider.id, sameAs: actions },
    context: {
      method,
      path,
      ...(route === undefined ? {} : { route: route.slice(route.indexOf(' ') + 1) }),
      ...reached(recipients),
    },
  };
}
