import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAccount } from '../test/kit/connect.js';
import { query, startPostgres } from '../test/kit/postgres.js';
import { redisIsInstalled, startRedis } from '../test/kit/redis.js';
import { startServer } from '../test/kit/server.js';
import { number, type Benchmark, type Figure, type OptionValues } from './kit/benchmark.js';
import { startChild } from './kit/child.js';
import { closing, type Closing } from './kit/closing.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { interleaved, ratioFigure } from './kit/rounds.js';
import { together } from './kit/together.js';
import { startTwinProcess } from './kit/twin-process.js';

const FLOOR = fileURLToPath(new URL('./kit/floor-queue-process.ts', import.meta.url));
const SCOPE = 'https://www.googleapis.com/auth/calendar.events.readonly';
const USER = 'bench-tasks';
const SENT_AT_ONCE = 16;
const POLL_MS = 20;
const PATIENCE_MS = 120_000;
/** As many jobs at a time as the server's worker takes. */
const CONCURRENCY = '16';

/** Something that takes work and says how much of it is done. */
interface Side {
  enqueue(): Promise<unknown>;
  done(): Promise<number>;
}

export const tasks: Benchmark = {
  name: 'tasks',
  measures: 'tasks from being enqueued to done: each reads a calendar at the provider twin',
  floor:
    'bare BullMQ on the same backend, told over HTTP; its job does nothing, or asks the twin for one page and commits a ' +
    'row, an intent, an outcome and an end by plain statements',
  options: {
    tasks: { means: 'tasks a round', short: '200', full: '1000' },
    rounds: { means: 'rounds of floor and us', short: '2', full: '5' },
  },
  run: async (options, say) => {
    const figures: Figure[] = [];
    for (const backend of redisIsInstalled ? (['PostgreSQL', 'Redis'] as const) : (['PostgreSQL'] as const)) {
      say(`queue on ${backend}`);
      figures.push(
        ...(await closing(async (started) => {
          const redis =
            backend === 'Redis' ? started.add(await startRedis(), (running) => running.stop()) : undefined;
          return measure(started, backend, redis?.url, options);
        })),
      );
    }
    return figures;
  },
};

async function measure(
  started: Closing,
  backend: string,
  redisUrl: string | undefined,
  options: OptionValues,
): Promise<Figure[]> {
  const postgres = started.add(await startPostgres(), (running) => running.stop());
  const twin = started.add(await startTwinProcess(['google']), (running) => running.close());
  const databaseUrl = await postgres.createDatabase();
  const floor = started.add(
    await startChild([FLOOR], {
      DATABASE_URL: await postgres.createDatabase(),
      ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
      PROVIDER_URL: `${twin.url}/control/health`,
      CONCURRENCY,
    }),
    (running) => running.close(),
  );
  const sides = {
    idle: floorSide(floor.line, '/idle'),
    promising: floorSide(floor.line, '/promising'),
    ours: await ourSide(started, { databaseUrl, redisUrl, connectorsFile: twin.connectorsFile }),
  };
  const count = number(options['tasks']);
  for (const side of Object.values(sides)) await perSecond(side, Math.ceil(count / 4));
  const results = await interleaved(number(options['rounds']), {
    idle: () => perSecond(sides.idle, count),
    promising: () => perSecond(sides.promising, count),
    ours: () => perSecond(sides.ours, count),
  });
  const figure = (job: string, bare: number[], atLeast?: number) =>
    ratioFigure(
      { name: `queue on ${backend}, against a job that ${job}`, unit: '/s' },
      results.ours,
      bare,
      atLeast,
    );
  return [figure('does nothing', results.idle), figure('keeps the same promises', results.promising, 0.7)];
}

/** From the first one sent to the last one done. */
async function perSecond(side: Side, count: number): Promise<number> {
  const before = await side.done();
  const startedAt = performance.now();
  await together(Array.from({ length: count }), SENT_AT_ONCE, () => side.enqueue());
  while ((await side.done()) - before < count) {
    if (performance.now() - startedAt > PATIENCE_MS) throw new Error('the tasks do not end');
    await sleep(POLL_MS);
  }
  return (count * 1000) / (performance.now() - startedAt);
}

function floorSide(port: string, path: string): Side {
  const origin = `http://127.0.0.1:${port}`;
  return {
    enqueue: async () => {
      const answer = await fetch(origin + path, { method: 'POST' });
      if (answer.status !== 202) throw new Error(`the floor refused: ${await answer.text()}`);
    },
    done: async () => Number(await (await fetch(origin)).text()),
  };
}

async function ourSide(
  started: Closing,
  {
    databaseUrl,
    redisUrl,
    connectorsFile,
  }: Record<'databaseUrl' | 'connectorsFile', string> & {
    redisUrl: string | undefined;
  },
): Promise<Side> {
  const server = started.add(
    await startServer({
      env: {
        DATABASE_URL: databaseUrl,
        REDIS_URL: redisUrl,
        VALETKEY_ENCRYPTION_KEYS: KEYS,
        ...NO_RATE_LIMITS,
        VALETKEY_CONNECTORS_FILE: connectorsFile,
      },
    }),
    (running) => running.destroy(),
  );
  const { key } = (await server.operator.post('/v1/agents', { name: 'bench' })).body;
  const agent = server.anonymous.as(key);
  const { body } = await agent.post(`/v1/users/${USER}/tokens`, {});
  await connectAccount(agent.as(body.accessToken), { target: 'google', scope: SCOPE });
  const task = { userId: USER, action: 'google-calendar.events.list', input: { limit: 1 } };
  return {
    enqueue: async () => {
      const answer = await agent.post('/v1/tasks', task);
      if (answer.status !== 202) throw new Error(`the task was refused: ${answer.text}`);
    },
    done: async () => {
      const [row] = await query<{ failed: number; succeeded: number }>(
        databaseUrl,
        `SELECT count(*) FILTER (WHERE status = 'succeeded')::int AS succeeded,
                count(*) FILTER (WHERE status NOT IN ('queued', 'running', 'succeeded'))::int AS failed FROM tasks`,
      );
      if (row && row.failed > 0) throw new Error(`${row.failed} tasks did not succeed`);
      return row?.succeeded ?? 0;
    },
  };
}
