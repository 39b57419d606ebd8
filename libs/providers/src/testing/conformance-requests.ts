import type { Action } from '../core/action.js';
import type { Provider } from '../core/provider.js';
import { asReply, type AnsweringServer, type RecordedRequest } from './answering-server.js';
import { callTo } from './calls.js';
import { judgeScopes, unplaced, type ScopeFacts, type TooNarrow } from './narrowest-scopes.js';
import type { RequestJudge } from './official-descriptions.js';

/** By what the requests of a provider are judged, or why by nothing. */
export type Description =
  | ({
      /** Called once, when the first request is to be judged. */
      readonly judge: () => RequestJudge;
    } & ScopeFacts)
  | { readonly undescribed: string };

interface Made {
  readonly request: RecordedRequest;
  readonly held: readonly string[];
  readonly isRun: boolean;
}

/** Runs and recovers every input of an action. Gives the requests, with the scopes that are there for them. */
async function requestsOf(
  { provider, action, server }: { provider: Provider; action: Action; server: AnsweringServer },
  inputs: readonly unknown[],
): Promise<Made[]> {
  const made: Made[] = [];
  const drain = (isRun: boolean, held: readonly string[]) =>
    made.push(...server.requests.splice(0).map((request) => ({ request, held, isRun })));
  for (const input of inputs) {
    const call = callTo(server.origin, provider, action.input.parse(input));
    await action.run(call);
    drain(true, action.scopes);
    await action.recover?.(call);
    drain(false, [...action.scopes, ...action.recoverScopes]);
  }
  return made;
}

/** Every request of every action, judged by the official description: as described, and with the narrowest scopes. */
export function describeRequests(
  provider: Provider,
  server: () => AnsweringServer,
  answer: (request: RecordedRequest) => unknown,
  description: Description,
): void {
  if ('undescribed' in description) return;
  const { judge: load, ...facts } = description;
  let judge: RequestJudge;
  const used = new Set<TooNarrow>();
  beforeAll(() => {
    judge = load();
  });

  it.each(provider.actions.map((action) => [action.id, action] as const))(
    '%s sends what the official description knows, with no wider scope than it takes',
    async (_, action) => {
      server().answerWith((request) => asReply(answer(request)));
      const examples = (action.input.meta()?.['examples'] ?? []) as unknown[];
      const made = await requestsOf({ provider, action, server: server() }, examples);
      expect(made.some(({ isRun }) => isRun)).toBe(true);
      for (const { request, held } of made) expect(judge.complaints(request, held)).toEqual([]);
      if (!judge.accepted) return;
      const accepted = made.flatMap(({ request, isRun }) => (isRun ? [judge.accepted?.(request) ?? []] : []));
      const judged = judgeScopes(provider, action, accepted, facts);
      for (const exception of judged.used) used.add(exception);
      expect(judged.complaints).toEqual([]);
    },
  );

  it('knows the place of every scope of the API, and makes no exception that nobody needs', () => {
    expect(unplaced(provider, judge.scopes ?? [], facts)).toEqual([]);
    const unused = (facts.tooNarrow ?? []).filter((exception) => !used.has(exception));
    expect(unused.map(({ scope }) => scope)).toEqual([]);
  });
}
