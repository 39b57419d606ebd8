import type { Effect } from '../core/action.js';
import { plainPath } from '../core/forward.js';
import { baseUrlNames, type BaseUrls } from '../core/base-urls.js';
import type { Provider } from '../core/provider.js';
import { UnreadableRequest } from './json-members.js';
import type { Verdict } from './request-rules.js';
import type { FoundRoute, Lookup } from './route-table.js';
import { SentRequest, type PeekedBody } from './sent-request.js';

type Judging = Pick<Provider, 'id' | 'requests' | (typeof baseUrlNames)[number]>;

/** The effect on the user's data of a request that no action describes. */
export interface JudgedRequest {
  /** `destructive` unless it is known to be harmless. */
  readonly effect: Effect;
  /** In capitals. */
  readonly method: string;
  /** At the provider's own host, without needless percent-encoding, wherever the base URL points. */
  readonly path: string;
  /** `POST /gmail/v1/users/{userId}/messages/send`; absent when no description knows it. */
  readonly route?: string;
  /** The values of the route's parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Ids of our actions that do the same. */
  readonly actions: readonly string[];
  /** Addresses that get mail; absent where the request sends none, or does not name them (then it is destructive). */
  readonly recipients?: readonly string[];
  /** Why it is destructive though its route is not, in words. */
  readonly reason?: string;
}

/** A request with a known method and address. */
export interface RoutedRequest {
  readonly provider: Judging;
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly lookup: Lookup;
  /** Whether its body must be read before it can be judged. */
  readonly needsBody: boolean;
}

/** The path at the provider's own host: operators may have configured another base. */
function ownPath(provider: Judging, baseUrls: BaseUrls, url: URL): string {
  const fits = baseUrlNames
    .flatMap((name) => {
      const [base, own] = [baseUrls[name], provider[name]];
      return base !== undefined && own !== undefined ? [{ base: new URL(base), own: new URL(own) }] : [];
    })
    .filter(
      ({ base }) =>
        url.origin === base.origin && url.pathname.startsWith(base.pathname.replace(/(?<!\/)\/+$/, '')),
    )
    .sort((a, b) => b.base.pathname.length - a.base.pathname.length);
  const [fit] = fits;
  if (!fit) return url.pathname;
  const below = url.pathname.slice(fit.base.pathname.replace(/(?<!\/)\/+$/, '').length);
  return plainPath(fit.own.pathname.replace(/(?<!\/)\/+$/, '') + below);
}

/** The path as a server reads it that decodes before it routes. */
function decodedPath(path: string): string {
  let decoded = path;
  for (let times = 0; times < 3 && decoded.includes('%'); times++)
    decoded = decoded.replace(/(%[0-9a-f]{2})+/gi, (written) => {
      try {
        return decodeURIComponent(written);
      } catch {
        return written;
      }
    });
  return decoded.replaceAll('\\', '/').replaceAll(/;[^/]*/g, '');
}

/**
 * The route of a path, both for a server that routes by the raw path and for one that decodes first. Where they differ,
 * and one of them does more than read, the request counts as unknown.
 */
function soleReading(written: Lookup, decoded: Lookup): Lookup {
  if (decoded === 'no_route') return written;
  const [one, other] = [written, decoded].map((lookup) => (typeof lookup === 'string' ? undefined : lookup));
  const isSame = one ? one.name === other?.name : written === decoded;
  return isSame || (one?.effect === 'read' && other?.effect === 'read') ? written : 'other_method';
}

/** Finds the route of a request, regardless of case and encoding. */
export function routeRequest(provider: Judging, baseUrls: BaseUrls, method: string, url: URL): RoutedRequest {
  const { routes, rules } = provider.requests;
  const path = ownPath(provider, baseUrls, url);
  const lookup = soleReading(routes.find(method, path), routes.find(method, decodedPath(path)));
  const needsBody =
    typeof lookup !== 'string' && lookup.effect === 'write' && rules[lookup.name]?.judge !== undefined;
  return { provider, method, url, path, lookup, needsBody };
}

/**
 * The effect of a request that no description knows: a `GET` has none, by HTTP's own rule, where the provider keeps it.
 */
function unknownEffect({ provider, method, lookup }: RoutedRequest): Effect {
  const isReading = method === 'GET' || method === 'HEAD';
  return isReading && lookup === 'no_route' && provider.requests.isGetActing !== true
    ? 'read'
    : 'destructive';
}

function verdictOn(
  { provider, url, path }: RoutedRequest,
  route: FoundRoute,
  { headers, body }: Sent,
): Verdict {
  const { rules, judge } = provider.requests;
  const sent = new SentRequest(path, url.searchParams, headers, body);
  const own = rules[route.name]?.judge;
  return { ...own?.(sent), ...judge?.(sent) };
}

interface Sent {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Absent when there is none. Needed only where `needsBody` says so. */
  readonly body?: PeekedBody | undefined;
}

/** Judges a request by its route and, where that is not enough, by its query and body. */
export function judgeRequest(routed: RoutedRequest, sent: Sent): JudgedRequest {
  const { provider, method, path, lookup } = routed;
  const known = { method, path };
  if (typeof lookup === 'string') {
    const effect = unknownEffect(routed);
    const reason = { reason: 'no description of the provider’s API knows this request' };
    return { ...known, effect, parameters: {}, actions: [], ...(effect === 'destructive' ? reason : {}) };
  }
  const { name: route, parameters, effect } = lookup;
  const actions = (names: readonly string[] = provider.requests.rules[route]?.actions ?? []) =>
    names.map((name) => `${provider.id}.${name}`);
  const judged = { ...known, route, parameters };
  try {
    const verdict = effect === 'write' ? verdictOn(routed, lookup, sent) : {};
    const { recipients } = verdict;
    return {
      ...judged,
      effect: verdict.effect ?? effect,
      actions: actions(verdict.actions),
      ...(recipients ? { recipients } : {}),
    };
  } catch (error) {
    if (!(error instanceof UnreadableRequest)) throw error;
    return { ...judged, effect: 'destructive', actions: actions(), reason: `its body ${error.message}` };
  }
}
