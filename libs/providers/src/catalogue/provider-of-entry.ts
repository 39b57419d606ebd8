import type { AnswerRules, Provider } from '../core/provider.js';
import { judgeGraphql } from '../requests/graphql.js';
import { classifierOf, failureFinder } from './failures-of-entry.js';
import { requestRules } from '../requests/request-rules.js';
import type { ApiEntry } from './catalogue.js';

type Api = ApiEntry['api'];

/** The API of an entry as a provider without actions: connections, token reads and the proxy work on it. */
export function providerOfEntry(entry: ApiEntry): Provider {
  const { api, scopes, connector } = entry;
  return {
    id: entry.id,
    displayName: entry.displayName,
    summary: entry.summary,
    connector: typeof connector === 'string' ? connector : entry.id,
    apiBaseUrl: api.baseUrl,
    parameters: entry.parameters,
    authorization: entry.authorization,
    proxiedHeaders: api.headers,
    requestHeaders: [...new Set([...Object.keys(api.headers), ...api.requestHeaders])],
    defaultScopes: entry.defaultScopes,
    answers: answersOf(api),
    budgets: api.limits.map(({ name, requests, seconds }) => ({
      name,
      units: requests,
      windowMs: seconds * 1000,
      costs: [{ units: 1 }],
    })),
    ...failsInside(api),
    scopes,
    actions: [],
    classifyFailure: classifierOf(api),
    requests: requestsOf(entry),
  };
}

function answersOf({ responseHeaders, links, linksInside, limitTold }: Api): AnswerRules {
  const headers =
    limitTold.header === 'retry-after' ? responseHeaders : [...responseHeaders, limitTold.header];
  return {
    ...(headers.length > 0 ? { headers: anyOf(headers) } : {}),
    ...(links.length > 0 ? { links: anyOf(links) } : {}),
    ...(linksInside.length > 0 ? { linksInside: anyOf(linksInside) } : {}),
  };
}

/** Routes of an entry are below its base; those of the table are at the host. */
function requestsOf({ api, documentation }: ApiEntry) {
  const below = new URL(api.baseUrl.replace(/\{\w+\}/g, 'x')).pathname === '/' ? '' : pathOf(api.baseUrl);
  const at = (route: string) => route.replace(' /', ` ${below}/`);
  const graphql = api.graphql === undefined ? [] : [at(`POST ${api.graphql}`)];
  const [{ url = '', read = '' } = {}] = documentation;
  const table = {
    source: url,
    version: read,
    date: read,
    read: api.effects.read.map(at),
    write: [...api.effects.write.map(at), ...graphql],
    destructive: api.effects.destructive.map(at),
  };
  const rules = Object.fromEntries(graphql.map((name) => [name, { judge: judgeGraphql }]));
  return requestRules(table, rules, { isGetActing: api.getActs });
}

function pathOf(baseUrl: string): string {
  return baseUrl.replace(/^https:\/\/[^/]+/, '');
}

/** Names as an expression; `*` stands for any letters of a name. */
function anyOf(names: readonly string[]): RegExp {
  const patterns = names.map((name) =>
    name.replace(/[.$@:-]/g, String.raw`\$&`).replaceAll('*', String.raw`[\w-]{0,40}`),
  );
  return new RegExp(`^(?:${patterns.join('|')})$`);
}

/** Where a status of success says nothing: the whole API, or its GraphQL. */
function failsInside({ failures, graphql }: Api): Pick<Provider, 'failsInside' | 'isFailure'> {
  const isFailure = failures?.withStatus200 ? { isFailure: failureFinder(failures) } : {};
  if (graphql !== undefined) return { failsInside: endingIn(graphql), ...isFailure };
  return failures?.withStatus200 ? { failsInside: /^/, ...isFailure } : {};
}

function endingIn(path: string): RegExp {
  return new RegExp(`${path.replace(/[.$-]/g, String.raw`\$&`)}$`);
}
