import { OpenApiFault, shown } from './openapi-fault.js';
import { isNode, memberOf, nodeIn, type Node } from './read-document.js';

const NAMED = /\{[^{}]*\}/g;
/** Stands for a label of a host that a connector fills in. */
const ANY_LABEL = '*';

/**
 * The path of an operation below the base URL of the provider's API. Requests go to that base and nowhere else, so an
 * operation elsewhere is none of this provider.
 * @param servers those in force for the operation; none means that paths are below the base
 * @param apiBaseUrl with places for a connector's values
 * @throws OpenApiFault that names both
 */
export function pathBelowBase(servers: readonly Node[], path: string, apiBaseUrl: string): string {
  if (servers.length === 0) return path;
  const base = partsOf(apiBaseUrl);
  for (const server of servers) {
    const at = partsOf(serverUrl(server), base);
    const below =
      at && base && isSameHost(at.host, base.host) ? pathBelow(at.path + path, base.path) : undefined;
    if (below !== undefined) return below;
  }
  const [first] = servers;
  throw new OpenApiFault(
    `its server is ${shown(first && serverUrl(first))}, and the API of this provider is at ${apiBaseUrl}: tokens go nowhere else`,
  );
}

/** Servers that say nothing but "here" are none. */
export function serversIn(node: Node): readonly Node[] | undefined {
  const list = memberOf(node, 'servers');
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const servers = (list as unknown[]).filter(isNode);
  return servers.every((server) => ['', '/'].includes(serverUrl(server))) ? [] : servers;
}

/** With the defaults of its variables. */
function serverUrl(server: Node): string {
  const url = memberOf(server, 'url');
  const variables = nodeIn(server, 'variables');
  return typeof url === 'string'
    ? url.replace(NAMED, (named) => {
        const byDefault = memberOf(nodeIn(variables, named.slice(1, -1)), 'default');
        return typeof byDefault === 'string' && /^[\w.-]{1,200}$/.test(byDefault) ? byDefault : named;
      })
    : '';
}

interface Parts {
  readonly host: readonly string[];
  readonly path: string;
}

function partsOf(written: string, relativeTo?: Parts): Parts | undefined {
  if (written.startsWith('/') && !written.startsWith('//'))
    return relativeTo && { host: relativeTo.host, path: written.replace(/(?<!\/)\/+$/, '') };
  const [, host = '', path = ''] = /^https:\/\/([^/?#\\@\s]+)(\/[^?#\\\s]*)?$/i.exec(written) ?? [];
  if (host === '') return undefined;
  const labels = host
    .toLowerCase()
    .replace(/:443$/, '')
    .split('.')
    .map((label) => (/^\{[^{}]*\}$/.test(label) ? ANY_LABEL : label));
  return { host: labels, path: path.replace(/(?<!\/)\/+$/, '') };
}

/** Only where the provider's own base has a place may the document name anything. */
function isSameHost(one: readonly string[], base: readonly string[]): boolean {
  return (
    one.length === base.length && base.every((label, index) => label === ANY_LABEL || label === one[index])
  );
}

/** Segments of the base that a connector fills in match any segment. */
function pathBelow(path: string, basePath: string): string | undefined {
  const wanted = basePath.split('/').slice(1);
  const segments = path.split('/').slice(1);
  const fits = wanted.every((segment, index) => /^\{.*\}$/.test(segment) || segment === segments[index]);
  return fits && segments.length > wanted.length ? `/${segments.slice(wanted.length).join('/')}` : undefined;
}
