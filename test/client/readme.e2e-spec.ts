/** The examples of the client's README, as they stand there, and the example agent: compiled, and run against a real server. */
import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { hostedConnect, layDocs, startStack, until, type Stack } from '../kit/index.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD_MS = 120_000;
const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
/** The model of the examples: it calls one tool, and then tells the title of the first issue. */
const MODEL = `
import { MockLanguageModelV4 } from 'ai/test';
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const input = JSON.stringify({ owner: 'ada-lovelace', repo: 'engine' });
export const model = new MockLanguageModelV4({
  doGenerate: async ({ prompt }) => {
    const [, title] = /"title":"([^"]*)"/.exec(JSON.stringify(prompt)) ?? [];
    return title === undefined
      ? { content: [{ type: 'tool-call', toolCallId: '1', toolName: 'github__issues__list', input }], finishReason: { unified: 'tool-calls', raw: undefined }, usage, warnings: [] }
      : { content: [{ type: 'text', text: 'The first is ' + title }], finishReason: { unified: 'stop', raw: undefined }, usage, warnings: [] };
  },
});`;
const COMPILER = {
  strict: true,
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  // Packages' own; ours are checked by the specs of the package.
  skipLibCheck: true,
};

let stack: Stack;
let directory: string;
let running: Example | undefined;

/** An example in a process of its own. */
interface Example {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Written so far, errors too. */
  output(): string;
}

beforeAll(async () => {
  const build = ['scripts/build.ts', '--if-needed', 'server', 'api-types', 'sdk'];
  execFileSync(process.execPath, build, { cwd: ROOT, stdio: 'inherit' });
  directory = layDocs('libs/client/README.md');
  writeFileSync(join(directory, 'model.ts'), MODEL);
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER }));
  stack = await startStack({ targets: ['google', 'github'] });
  await stack.connected('ada', { target: 'google', scope: SCOPE });
}, BUILD_MS);
afterEach(() => running?.process.kill('SIGKILL'));
afterAll(async () => {
  await stack?.close();
  rmSync(directory, { recursive: true, force: true });
});

function start(name: string, settings: Readonly<Record<string, string>> = {}): Example {
  const env = {
    ...settings,
    PATH: process.env['PATH'],
    VALETKEY_URL: stack.server.url,
    VALETKEY_AGENT_KEY: stack.agent.key,
  };
  const child = spawn(process.execPath, [name], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written += String(chunk)));
  running = { process: child, output: () => written };
  return running;
}

async function ended({ process: child, output }: Example): Promise<string> {
  if (child.exitCode === null) await once(child, 'close');
  if (child.exitCode !== 0) throw new Error(output());
  return output();
}

/** Waits until an example has written this. */
const written = (example: Example, pattern: RegExp) =>
  until(String(pattern), async () => {
    if (example.process.exitCode !== null && !pattern.test(example.output()))
      throw new Error(example.output());
    return pattern.exec(example.output())?.[1];
  });

it(
  'compile',
  () => {
    const compile = () =>
      execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory], {
        encoding: 'utf8',
      });
    expect(
      (() => {
        try {
          return compile();
        } catch (error) {
          return (error as { stdout: string }).stdout;
        }
      })(),
    ).toBe('');
  },
  BUILD_MS,
);

it('wait for a consent, and go on', async () => {
  const example = start('issues.js');
  const link = await written(example, /Connect your account: (\S+)/);
  const user = await stack.user('ada');
  await hostedConnect(link ?? '', user.credential ?? '');
  expect(await ended(example)).toMatch(/\[\n? *'/);
});

it.each([
  ['task', /^Issue \d+: http/],
  ['libraries', /^ada-lovelace has \d+ events\n$/],
  ['tools', /^github__issues__list true\n$/],
  ['ai-sdk', /^The first is \S.*\n$/],
  ['other-sdks', /issues.*\n(\d\d) \1\n$/s],
])('run: %s', async (name, output) => {
  expect(await ended(start(`${name}.js`))).toMatch(output);
});

it('wait for an approval, and go on', async () => {
  const example = start('approval.js');
  const uri = await written(example, /Decide at (\S+)/);
  const id = new URL(uri ?? '').pathname.split('/').at(-1);
  await stack.operator.post(`/v1/approvals/${id}/decision`, { decision: 'approve' });
  expect(await ended(example)).toMatch(/^Delete the event .*Deleted\.\n$/s);
});

it('are followed by an agent that sends its user to the consent, and goes on', async () => {
  const example = start(join(ROOT, 'examples/agent.ts'), { VALETKEY_USER: 'grace' });
  const link = await written(example, /Open in a browser: (\S+)/);
  const user = await stack.user('grace');
  await hostedConnect(link ?? '', user.credential ?? '');
  expect(await ended(example)).toMatch(
    /^github__issues__list: authorization_required\n.*Connected as .*github__issues__create: done\nI read \d+ open issues and opened number \d+\.\n$/s,
  );
});

it('receive webhooks, and refuse what is none', async () => {
  const { receive } = await import(pathToFileURL(join(directory, 'webhooks.js')).href);
  const key = `whsec_${Buffer.from('a secret of an endpoint').toString('base64')}`;
  const body = JSON.stringify({ type: 'task.failed', timestamp: new Date(), data: { taskId: 'tsk_1' } });
  const at = String(Math.floor(Date.now() / 1_000));
  const hmac = createHmac('sha256', 'a secret of an endpoint').update(`msg_1.${at}.${body}`);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': at,
    'webhook-signature': `v1,${hmac.digest('base64')}`,
  };
  const sent = (text: string) => new Request('http://localhost/', { method: 'POST', headers, body: text });
  expect((await receive(sent(body), key)).status).toBe(204);
  expect((await receive(sent(`${body} `), key)).status).toBe(401);
});
