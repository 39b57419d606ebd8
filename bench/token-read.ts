import { fileURLToPath } from 'node:url';
import { startPostgres } from '../test/kit/postgres.js';
import { startServer, type Server } from '../test/kit/server.js';
import type { Client } from '../test/kit/client.js';
import { number, numbers, type Benchmark, type Figure } from './kit/benchmark.js';
import { startChild } from './kit/child.js';
import { closing, type Closing } from './kit/closing.js';
import { FLOOR_KEY, KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { watchLog } from './kit/log-watch.js';
import { Load, type LoadResult, type Target } from './kit/load.js';
import { interleaved, ratioFigure, spread } from './kit/rounds.js';
import { seedConnections, type SeededConnection } from './kit/seed.js';
import { countStatements } from './kit/statement-count.js';
import { together } from './kit/together.js';
import { startTwinProcess } from './kit/twin-process.js';

const FLOOR = fileURLToPath(new URL('./kit/floor-process.ts', import.meta.url));
const TARGET = 'google';
const WARM_UP_MS = 3_000;
const COUNTED_MS = 1_000;

/** Signed-in users at one time; they are spread evenly over all that are stored. */
const READING_USERS = 2_000;

/** Bars by connections: with few of them, a committed flush is a large part of each read. */
const AT_LEAST: Readonly<Record<number, number>> = { 16: 0.85, 64: 1 };

/** One database with so many connections, the server and the floor on it. */
interface Stage {
  readonly size: number;
  readonly server: Server;
  readonly floorOrigin: string;
  readonly databaseUrl: string;
  readonly env: Readonly<Record<string, string>>;
}

const PATHS = {
  user: 'GET /my-account/identities/{target}/access-token, user token',
  agent: 'GET /v1/connections/{id}/access-token, agent key',
} as const;
type Path = keyof typeof PATHS;

export const tokenRead: Benchmark = {
  name: 'token-read',
  measures: 'reads of a stored token: authenticated, policy-checked, audit event committed before the answer',
  floor:
    'bare Node http server, one indexed SELECT through pg and one AES-256-GCM open a request, same database',
  options: {
    sizes: { means: 'stored connections', short: '10000,100000', full: '10000,100000' },
    connections: { means: 'connections of the load generator', short: '1,16,64', full: '1,16,64' },
    rounds: { means: 'rounds of floor and us', short: '3', full: '5' },
    seconds: { means: 'seconds a measurement', short: '1.5', full: '3' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const twin = started.add(await startTwinProcess([TARGET]), (running) => running.close());
      const load = started.add(new Load(), (running) => running.close());
      const stages: Stage[] = [];
      for (const size of numbers(options['sizes'])) {
        say(`storing ${size} connections`);
        const env = {
          DATABASE_URL: await postgres.createDatabase(),
          VALETKEY_ENCRYPTION_KEYS: KEYS,
          ...NO_RATE_LIMITS,
          VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
        };
        stages.push(await setStage(started, load, size, env));
      }
      const figures: Figure[] = [];
      for (const connections of numbers(options['connections'])) {
        say(`measuring with ${connections} connections`);
        figures.push(...(await measure(load, stages, connections, options)));
      }
      return figures;
    }),
};

async function setStage(started: Closing, load: Load, size: number, env: Stage['env']): Promise<Stage> {
  const server = started.add(await startServer({ env }), (running) => running.destroy());
  const databaseUrl = env['DATABASE_URL'] ?? '';
  const seeded = await seedConnections(databaseUrl, TARGET, size);
  const floor = started.add(
    await startChild([FLOOR], { DATABASE_URL: databaseUrl, FLOOR_KEY: FLOOR_KEY.toString('base64') }),
    (running) => running.close(),
  );
  const { key } = (await server.operator.post('/v1/agents', { name: 'bench', rawTokens: true })).body;
  const agent = server.anonymous.as(key);
  const users = await userTargets(agent, seeded);
  await load.keep(
    `floor ${size}`,
    seeded.map(({ id }) => [`/${id}`, '']),
  );
  await load.keep(
    `agent ${size}`,
    seeded.map(({ id }) => [`/v1/connections/${id}/access-token`, `Bearer ${key}`]),
  );
  await load.keep(`user ${size}`, users);
  await expectRightTokens(agent, seeded);
  const stage = { size, server, databaseUrl, env, floorOrigin: `http://127.0.0.1:${floor.line}` };
  for (const side of ['floor', 'user', 'agent'] as const)
    await run(load, stage, side, { connections: 16, ms: WARM_UP_MS });
  return stage;
}

async function userTargets(agent: Client, seeded: readonly SeededConnection[]): Promise<Target[]> {
  const every = Math.max(1, Math.floor(seeded.length / READING_USERS));
  const readers = seeded.filter((_, n) => n % every === 0);
  return together(readers, 8, async ({ userId }): Promise<Target> => {
    const { status, body, text } = await agent.post(`/v1/users/${userId}/tokens`, { expiresIn: 86_400 });
    if (status !== 201) throw new Error(`no user token: ${status} ${text}`);
    const path = `/my-account/identities/${TARGET}/access-token`;
    const token = `Bearer ${body.accessToken}`;
    // A token is verified on its first use and remembered; what is measured is a token in use.
    await agent.as(body.accessToken).get(path);
    return [path, token];
  });
}

/** A fast wrong answer is worth nothing. */
async function expectRightTokens(agent: Client, seeded: readonly SeededConnection[]): Promise<void> {
  const sample = seeded.filter((_, n) => n % Math.ceil(seeded.length / 50) === 0);
  for (const { id, accessToken } of sample) {
    const { body, text } = await agent.get(`/v1/connections/${id}/access-token`);
    if (body.accessToken !== accessToken) throw new Error(`wrong token for ${id}: ${text}`);
  }
}

function run(
  load: Load,
  stage: Stage,
  side: Path | 'floor',
  { connections, ms }: { connections: number; ms: number },
): Promise<LoadResult> {
  const origin = side === 'floor' ? stage.floorOrigin : stage.server.url;
  return load.run(`${side} ${stage.size}`, origin, connections, ms);
}

async function measure(
  load: Load,
  stages: readonly Stage[],
  connections: number,
  options: Readonly<Record<string, string>>,
): Promise<Figure[]> {
  const ms = number(options['seconds']) * 1000;
  const sides = stages.flatMap((stage) =>
    (['floor', 'user', 'agent'] as const).map(
      (side) => [`${side} ${stage.size}`, () => run(load, stage, side, { connections, ms })] as const,
    ),
  );
  const watches = await Promise.all(stages.map(({ databaseUrl }) => watchLog(databaseUrl)));
  const results = await interleaved(number(options['rounds']), Object.fromEntries(sides));
  const seen = new Map(
    await Promise.all(stages.map(async (stage, n) => [stage, await watches[n]?.stop()] as const)),
  );
  const figures: Figure[] = [];
  for (const path of Object.keys(PATHS) as Path[]) {
    for (const stage of stages) {
      const ours = results[`${path} ${stage.size}`] ?? [];
      const floor = results[`floor ${stage.size}`] ?? [];
      figures.push(
        ratioFigure(
          {
            name: `${PATHS[path]}: ${connections} connections, ${stage.size.toLocaleString('en')} stored`,
            unit: '/s',
            notes: {
              ...timesOf(ours),
              ...seen.get(stage),
              'floor p50 ms': timesOf(floor)['p50 ms'] ?? 0,
              'statements per read': await statementsPerRead(load, stage, path, connections),
            },
          },
          ours.map(({ perSecond }) => perSecond),
          floor.map(({ perSecond }) => perSecond),
          AT_LEAST[connections],
        ),
      );
    }
  }
  return figures;
}

function timesOf(results: readonly LoadResult[]): Record<string, number | string> {
  const failures = results.reduce((sum, result) => sum + result.failures, 0);
  const first = results.find(({ firstFailure }) => firstFailure)?.firstFailure;
  return {
    'p50 ms': spread(results.map(({ p50Ms }) => p50Ms)).median,
    'p99 ms': spread(results.map(({ p99Ms }) => p99Ms)).median,
    failures,
    ...(first === undefined ? {} : { 'first failure': first.slice(0, 200) }),
  };
}

/** Counted on a second server that sees the same database through a counter: the counter costs time. */
function statementsPerRead(load: Load, stage: Stage, path: Path, connections: number): Promise<number> {
  return closing(async (started) => {
    const counter = started.add(await countStatements(stage.databaseUrl), (running) => running.close());
    const env = { ...stage.env, DATABASE_URL: counter.url, VALETKEY_PUBLIC_URL: stage.server.url };
    const server = started.add(await startServer({ env }), (running) => running.destroy());
    const list = `${path} ${stage.size}`;
    await load.run(list, server.url, connections, WARM_UP_MS);
    const before = counter.count();
    const { answered } = await load.run(list, server.url, connections, COUNTED_MS);
    return (counter.count() - before) / answered;
  });
}
