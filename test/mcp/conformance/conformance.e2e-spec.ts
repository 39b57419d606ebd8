/** The conformance suite of MCP, against `/mcp` as it is served; only what its scenarios want to find is added. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { startStack, type Stack } from '../../kit/index.js';
import { startFront, type Front } from './front.js';
import { isPassed, runSuite, SUITE_DIRECTORY } from './suite.js';

const FIXTURES = new URL('fixtures.ts', import.meta.url).href;

/**
 * Checks that do not pass, by scenario. The revision 2025-11-25 lets a server ask its client in the middle of a call: the
 * answer comes with a request of its own, that any process may get, and what the client declared came with `initialize`.
 * Both take sessions of the protocol, and nothing is kept here between two requests.
 */
const UNMET: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '2026-07-28': {},
  '2025-11-25': {
    'tools-call-sampling': ['tools-call-sampling'],
    'tools-call-elicitation': ['tools-call-elicitation'],
    'elicitation-sep1034-defaults': ['elicitation-sep1034-general'],
    'elicitation-sep1330-enums': ['elicitation-sep1330-general'],
    // A warning: without a session, the scenario is not played.
    'server-sse-multiple-streams': ['server-sse-multiple-streams-session'],
  },
};

let stack: Stack;
let front: Front;
beforeAll(async () => {
  front = await startFront(
    () => stack.server.url,
    () => ({ authorization: `Bearer ${stack.agent.key}`, 'valetkey-user': 'conformance' }),
  );
  // A page that may call has the origin of a redirect URI.
  const env = { VALETKEY_REDIRECT_URIS: `${front.url}/callback` };
  stack = await startStack({ targets: ['google'], preload: [FIXTURES], env });
});
afterAll(async () => {
  await stack.close();
  await front.close();
});

/** Scenarios that the suite says a server of this revision must pass. */
function requiredBy(revision: string): string[] {
  const text = readFileSync(fileURLToPath(new URL(`requirements/${revision}.yaml`, SUITE_DIRECTORY)), 'utf8');
  return (parse(text) as { server: string[] }).server;
}

describe.each([
  ['2026-07-28', 37],
  ['2025-11-25', 30],
])('what %s requires of a server', (revision, count) => {
  it('passes, but for what takes sessions of the protocol', async () => {
    const required = requiredBy(revision);
    expect(required).toHaveLength(count);
    const checks = await runSuite('server', ['--url', `${front.url}/mcp`, '--requirements', revision]);
    expect(required.filter((scenario) => (checks.get(scenario) ?? []).length === 0)).toEqual([]);
    const failed = required.flatMap((scenario) => {
      const ids =
        checks
          .get(scenario)
          ?.filter((check) => !isPassed(check))
          .map(({ id }) => id) ?? [];
      return ids.length > 0 ? [[scenario, ids] as const] : [];
    });
    expect(Object.fromEntries(failed)).toEqual(UNMET[revision]);
  });
});

describe('what is required of an authorization server', () => {
  it("has metadata as MCP wants them, once an agent is opened to users' own clients", async () => {
    await stack.operator.patch(`/v1/operator/agents/${stack.agent.id}`, { userClients: true });
    const scenario = 'authorization-server-metadata-endpoint';
    const checks = await runSuite('authorization', ['--url', stack.server.url, '--scenario', scenario]);
    expect([...checks.keys()]).toEqual([scenario]);
    expect(checks.get(scenario)?.length).toBeGreaterThan(0);
    expect(checks.get(scenario)?.filter((check) => !isPassed(check))).toEqual([]);
  });
});
