import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectorsFileFor } from '@valetkey/twin';
import pg from 'pg';
import { request } from 'undici';
import { startPostgres } from '../test/kit/postgres.js';
import { newDataDir, startServer, type Server } from '../test/kit/server.js';
import { number, type Benchmark, type Figure } from './kit/benchmark.js';
import { startChild } from './kit/child.js';
import { closing, type Closing } from './kit/closing.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { Load } from './kit/load.js';
import { spread } from './kit/rounds.js';
import { seedConnections } from './kit/seed.js';

const PROVIDER = fileURLToPath(new URL('./kit/hostile-provider-process.ts', import.meta.url));
const TARGET = 'google';
const SCOPES = [
  'openid',
  'https://www.googleapis.com/auth/gmail.modify',
  'https://www.googleapis.com/auth/drive.file',
];
const BAR_MS = 250;
const MIB = 2 ** 20;

/** Something that a stranger makes the server do. */
interface Attack {
  readonly name: string;
  readonly path: string;
  readonly body?: string;
  readonly as: 'agent' | 'operator';
  readonly headers?: Readonly<Record<string, string>>;
}

const json = { 'content-type': 'application/json' };
const SEND = '/v1/proxy/gmail/users/me/messages/send';
const mail = (to: string) =>
  JSON.stringify({ raw: Buffer.from(`To: ${to}\r\n\r\nhello`).toString('base64url') });
const policy = (text: string) => JSON.stringify({ name: 'hostile', text });
const when = (condition: string) => policy(`forbid(principal, action, resource) when { ${condition} };`);

function requestsOf(userId: string): Attack[] {
  const run = (action: string, input: string): Pick<Attack, 'path' | 'body' | 'as' | 'headers'> => ({
    path: `/v1/actions/${action}`,
    body: `{"userId":"${userId}","input":${input}}`,
    as: 'agent',
    headers: json,
  });
  const proxied = (path: string, body: string) => ({
    path,
    body,
    as: 'agent' as const,
    headers: { ...json, 'valetkey-user': userId },
  });
  const asked = (path: string, body?: string) => ({
    path,
    as: 'operator' as const,
    headers: json,
    ...(body === undefined ? {} : { body }),
  });
  return [
    { name: 'brackets', ...asked('/v1/agents', '['.repeat(MIB - 1)) },
    { name: '10,000 members', ...run('gmail.messages.search', `{${'"a":1,'.repeat(9_900)}"b":1}`) },
    {
      name: 'a file',
      ...run('google-drive.files.upload', `{"name":"x","base64":"${'QUJD'.repeat(6 * MIB)}"}`),
    },
    {
      name: 'escapes in a file',
      ...run('google-drive.files.upload', `{"name":"x","base64":"${'\\"'.repeat(14 * MIB)}"}`),
    },
    { name: 'digits', ...run('google-drive.files.upload', '1'.repeat(31 * MIB)) },
    { name: 'a condition of Drive', ...run('google-drive.files.list', `{"query":"${"\\\\'".repeat(900)}"}`) },
    { name: 'a proxied mail of escaped quotes', ...proxied(SEND, mail('\\"'.repeat(31_000))) },
    { name: 'a proxied mail in groups', ...proxied(SEND, mail('a:'.repeat(31_000))) },
    { name: 'a proxied mail to many', ...proxied(SEND, mail('a@b.example,'.repeat(5_400))) },
    {
      name: 'a proxied body of members',
      ...proxied(
        '/v1/proxy/gmail/users/me/messages/batchModify',
        `{${Array.from({ length: 90_000 }, (_, at) => `"a${at}":1`).join()}}`,
      ),
    },
    {
      name: 'a proxied query of parameters',
      ...proxied(`/v1/proxy/gmail/users/me/messages/1/modify?${'a=1&'.repeat(3_000)}`, '{}'),
    },
    {
      name: 'a proxied path of one segment',
      ...proxied(`/v1/proxy/github/${'a'.repeat(14_000)}`, '{}'),
    },
    { name: 'a proxied path of dots', ...proxied(`/v1/proxy/gmail/${'%2e'.repeat(4_500)}`, '{}') },
    { name: 'a rule of parentheses', ...asked('/v1/operator/policies', when('('.repeat(19_000))) },
    {
      name: 'a rule of alternatives',
      ...asked('/v1/operator/policies', when('true||'.repeat(3_000) + 'true')),
    },
    { name: 'a rule of negations', ...asked('/v1/operator/policies', when(`${'!'.repeat(19_000)}true`)) },
    {
      name: 'a rule of an unknown action',
      ...asked(
        '/v1/operator/policies',
        policy(`forbid(principal, action == Action::"${'a'.repeat(19_000)}", resource);`),
      ),
    },
    {
      name: 'a rule of annotations',
      ...asked(
        '/v1/operator/policies',
        policy(
          `${Array.from({ length: 1_500 }, (_, at) => `@a${at}("b")`).join(' ')} forbid(principal, action, resource);`,
        ),
      ),
    },
    { name: 'the description of the API', ...asked('/openapi.json') },
    { name: 'a tool list', path: '/v1/tools?format=openai', as: 'agent' },
    { name: 'a filter of brackets', ...asked(`/v1/operator/agents?filter=${'['.repeat(7_000)}`) },
    {
      name: 'a long user',
      path: '/v1/proxy/gmail/x',
      as: 'agent',
      headers: { 'valetkey-user': '%41'.repeat(4_000) },
    },
    { name: 'a long range', path: '/v1/tools', as: 'agent', headers: { accept: 'a/b;q=0.1,'.repeat(1_400) } },
  ];
}

function answersOf(userId: string, names: readonly string[]): Attack[] {
  return names.map((name) => {
    const [action, input] =
      name === 'conversation'
        ? (['threads.get', { threadId: name, limit: 100 }] as const)
        : (['messages.get', { messageId: name }] as const);
    return {
      name: `an answer: ${name}`,
      path: `/v1/actions/gmail.${action}`,
      body: JSON.stringify({ userId, input }),
      as: 'agent',
      headers: json,
    };
  });
}

interface Stage {
  readonly server: Server;
  readonly load: Load;
  readonly agentKey: string;
  readonly attacks: readonly Attack[];
}

async function startStage(started: Closing): Promise<Stage> {
  const postgres = started.add(await startPostgres(), (running) => running.stop());
  const load = started.add(new Load(), (running) => running.close());
  const provider = started.add(await startChild([PROVIDER]), (running) => running.close());
  const [port, names = ''] = provider.line.split(' ');
  const directory = started.add(newDataDir(), (path) =>
    Promise.resolve(rmSync(path, { recursive: true, force: true })),
  );
  const url = `http://127.0.0.1:${port}`;
  const connectorsFile = join(directory, 'connectors.json');
  const { connectors } = connectorsFileFor(url, { targets: [TARGET] });
  writeFileSync(connectorsFile, JSON.stringify({ connectors, providers: { gmail: { apiBaseUrl: url } } }));
  const databaseUrl = await postgres.createDatabase();
  const env = {
    DATABASE_URL: databaseUrl,
    VALETKEY_ENCRYPTION_KEYS: KEYS,
    ...NO_RATE_LIMITS,
    VALETKEY_CONNECTORS_FILE: connectorsFile,
  };
  const server = started.add(await startServer({ env }), (running) => running.destroy());
  const [connection] = await seedConnections(databaseUrl, TARGET, 1);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('UPDATE connections SET scopes = $1', [SCOPES]);
  await client.end();
  const { key } = (await server.operator.post('/v1/agents', { name: 'bench' })).body;
  await load.keep('live', [['/health/live', '']]);
  const userId = connection?.userId ?? '';
  return {
    server,
    load,
    agentKey: key,
    attacks: [...requestsOf(userId), ...answersOf(userId, names.split(','))],
  };
}

/** Sends it over and over until the time is over. @returns how it was answered */
async function attack({ server, agentKey }: Stage, wanted: Attack, ms: number): Promise<number> {
  const key = wanted.as === 'agent' ? agentKey : server.operatorKey;
  const end = performance.now() + ms;
  let status = 0;
  do {
    const answer = await request(`${server.url}${wanted.path}`, {
      method: wanted.body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, ...wanted.headers },
      body: wanted.body ?? null,
    });
    status = answer.statusCode;
    await answer.body.dump({ limit: 64 * MIB });
  } while (performance.now() < end);
  return status;
}

export const eventLoop: Benchmark = {
  name: 'event-loop',
  measures:
    'the longest wait of GET /health/live while the worst requests and the worst answers of a provider are worked on',
  floor: 'its longest wait while nothing is',
  options: {
    rounds: { means: 'rounds of floor and each attack; the best counts', short: '1', full: '3' },
    seconds: { means: 'seconds that each attack lasts', short: '1', full: '1' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const stage = await startStage(started);
      const ms = number(options['seconds']) * 1000;
      const wait = async () => (await stage.load.run('live', stage.server.url, 1, ms)).longestMs;
      const figures: Figure[] = [];
      for (const each of stage.attacks) {
        const [ours, floor]: [number[], number[]] = [[], []];
        let status = 0;
        for (let round = 0; round < number(options['rounds']); round++) {
          floor.push(await wait());
          const [waited, answered] = await Promise.all([wait(), attack(stage, each, ms)]);
          ours.push(waited);
          status = answered;
        }
        say(`${each.name}: ${Math.round(Math.min(...ours))} ms (${status})`);
        figures.push(figureOf(each.name, ours, floor, status));
      }
      return figures;
    }),
};

/** The machine may be busy with something else: the best round shows what the server can do. */
function figureOf(name: string, ours: number[], floor: number[], status: number): Figure {
  return {
    name,
    unit: 'ms',
    ours: spread(ours),
    floor: spread(floor),
    ratio: spread(ours.map((value, round) => value / (floor[round] ?? Number.NaN))),
    bar: { text: `at most ${BAR_MS} ms in the best round`, met: Math.min(...ours) <= BAR_MS },
    notes: { status },
  };
}
