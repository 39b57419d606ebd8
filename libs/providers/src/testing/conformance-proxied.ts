import type { Action, Effect } from '../core/action.js';
import { effectiveBaseUrls } from '../core/base-urls.js';
import type { Provider } from '../core/provider.js';
import { judgeRequest, routeRequest, type JudgedRequest } from '../requests/judge-request.js';
import { asReply, type AnsweringServer, type RecordedRequest } from './answering-server.js';
import { callTo } from './calls.js';

export interface ProxiedFacts {
  /** Names of actions whose request asks for a person when it comes past them, though they do not: and why. */
  readonly askedWhenProxied?: Readonly<Record<string, string>>;
}

const SEVERITY: readonly Effect[] = ['read', 'write', 'destructive'];

/** The judgement of an action's recorded request if it were forwarded by the proxy. */
function judgedAs(provider: Provider, request: RecordedRequest): JudgedRequest {
  const { method, path, query, headers, rawBody } = request;
  const url = new URL(`${new URL(provider.apiBaseUrl).origin}${path}?${query.toString()}`);
  const routed = routeRequest(provider, effectiveBaseUrls(provider), method, url);
  const body = rawBody === '' ? undefined : { bytes: Buffer.from(rawBody), isWhole: true };
  return judgeRequest(routed, { headers, body });
}

/** The proxy knows each action's requests, and asks for a person at least where the action does. */
export function describeProxied(
  provider: Provider,
  server: () => AnsweringServer,
  answer: (request: RecordedRequest) => unknown,
  { askedWhenProxied = {} }: ProxiedFacts,
): void {
  const judgedOf = async (action: Action): Promise<JudgedRequest[]> => {
    server().answerWith((request) => asReply(answer(request)));
    for (const example of (action.input.meta()?.['examples'] ?? []) as unknown[])
      await action.run(callTo(server().origin, provider, action.input.parse(example)));
    return server().requests.map((request) => judgedAs(provider, request));
  };

  it.each(provider.actions.map((action) => [action.id, action] as const))(
    '%s does the same when its requests are proxied',
    async (id, action) => {
      const judged = await judgedOf(action);
      expect(judged.filter(({ route }) => route === undefined)).toEqual([]);
      const same = judged.filter(({ actions }) => actions.includes(id));
      expect(same).not.toEqual([]);
      const worst = Math.max(...judged.map(({ effect }) => SEVERITY.indexOf(effect)));
      const expected = askedWhenProxied[action.name] === undefined ? action.effect : 'destructive';
      expect(SEVERITY[worst]).toBe(expected);
    },
  );

  it('says of routes and actions only what there is', () => {
    const { routes, rules } = provider.requests;
    expect(Object.keys(rules).filter((name) => !routes.names.has(name))).toEqual([]);
    const names = provider.actions.map(({ name }) => name);
    const named = Object.values(rules).flatMap(({ actions = [] }) => actions);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(Object.keys(askedWhenProxied).filter((name) => !names.includes(name))).toEqual([]);
  });
}
