import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SEEDED, seedAuditEvents } from '../apps/api/dist/audit/testing/seed-audit-events.js';
import { startPostgres } from '../test/kit/postgres.js';
import { startServer, type Server } from '../test/kit/server.js';
import { number, type Benchmark, type Figure } from './kit/benchmark.js';
import { startChild } from './kit/child.js';
import { closing } from './kit/closing.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { Load, type LoadResult, type Target } from './kit/load.js';
import { interleaved, spread } from './kit/rounds.js';

const FLOOR = fileURLToPath(new URL('./kit/floor-audit-process.ts', import.meta.url));
const P95_MS = 50;
const VARIANTS = 100;
const WARM_UP_MS = 500;

/** Typical searches: the query of the n-th variant. */
const SEARCHES: Readonly<Record<string, (n: number, until: Date) => string>> = {
  'the newest of all': () => '',
  'a user': (n) => `userId=user-${n}`,
  'a user with three events': () => `userId=${SEEDED.rare}`,
  'a connection and an action': (n) =>
    `connectionId=con_user-${n}_${n % 2}&action=google-calendar.events.list`,
  'what was denied to an agent': (n) => `agentId=agent-${n % SEEDED.agents}&outcome=denied`,
  'a type in an hour of long ago': (n, until) => `type=access_token.read&${hour(n, until)}`,
  'an agent from the middle of the log on': (n, until) =>
    `agentId=agent-${n % SEEDED.agents}&to=${new Date(until.getTime() - 200_000_000).toISOString()}`,
  'a target that nothing has (10,000 events looked at)': () => 'target=none',
};

const hour = (n: number, until: Date) => {
  const from = until.getTime() - 300_000_000 - n * 60_000;
  return `from=${new Date(from).toISOString()}&to=${new Date(from + 3_600_000).toISOString()}`;
};

export const auditList: Benchmark = {
  name: 'audit-list',
  measures: 'pages of 50 of the audit log, found by what people look for',
  floor: 'bare Node http server, one SELECT of the newest 50 of a user along its index through pg, as JSON',
  options: {
    events: { means: 'events in the log', short: '100000', full: '1000000' },
    connections: { means: 'connections of the load generator', short: '2', full: '2' },
    rounds: { means: 'rounds of floor and us', short: '2', full: '3' },
    seconds: { means: 'seconds a measurement', short: '1', full: '2' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const load = started.add(new Load(), (running) => running.close());
      const env = {
        DATABASE_URL: await postgres.createDatabase(),
        VALETKEY_ENCRYPTION_KEYS: KEYS,
        ...NO_RATE_LIMITS,
      };
      const server = started.add(await startServer({ env }), (running) => running.destroy());
      const until = new Date();
      const events = number(options['events']);
      say(`writing ${events.toLocaleString('en')} events`);
      await seed(env.DATABASE_URL, events, until);
      const floor = started.add(await startChild([FLOOR], { DATABASE_URL: env.DATABASE_URL }), (running) =>
        running.close(),
      );
      say('reading pages');
      const sides = await sidesOf(
        load,
        { server, floorOrigin: `http://127.0.0.1:${floor.line}` },
        until,
        options,
      );
      for (const side of Object.values(sides)) await side(WARM_UP_MS);
      const ms = number(options['seconds']) * 1000;
      const timed = Object.fromEntries(Object.entries(sides).map(([name, side]) => [name, () => side(ms)]));
      const results = await interleaved(number(options['rounds']), timed);
      return Object.keys(SEARCHES).map((name) => figureOf(name, results[name] ?? [], results['floor'] ?? []));
    }),
};

async function seed(databaseUrl: string, events: number, until: Date): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Removes the events of the server's start: the seeded log begins at 1.
    await client.query('ALTER TABLE audit_events DISABLE TRIGGER USER');
    await client.query('DELETE FROM audit_events');
    await client.query('ALTER TABLE audit_events ENABLE TRIGGER USER');
    await seedAuditEvents((sql, values) => client.query(sql, values), events, until);
    await client.query('VACUUM ANALYZE audit_events');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}

type Side = (ms: number) => Promise<LoadResult>;

async function sidesOf(
  load: Load,
  { server, floorOrigin }: { server: Server; floorOrigin: string },
  until: Date,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, Side>> {
  const connections = number(options['connections']);
  const variants = Array.from({ length: VARIANTS }, (_, n) => n);
  const sides: Record<string, Side> = {};
  const add = async (name: string, origin: string, targets: Target[]) => {
    await load.keep(name, targets);
    sides[name] = (ms) => load.run(name, origin, connections, ms);
  };
  await add(
    'floor',
    floorOrigin,
    variants.map((n) => [`/user-${n}`, '']),
  );
  for (const [name, query] of Object.entries(SEARCHES)) {
    const targets = variants.map((n): Target => [
      `/v1/audit-events?limit=50&${query(n, until)}`,
      `Bearer ${server.operatorKey}`,
    ]);
    await add(name, server.url, targets);
  }
  return sides;
}

function figureOf(name: string, ours: readonly LoadResult[], floor: readonly LoadResult[]): Figure {
  const p95 = spread(ours.map(({ p95Ms }) => p95Ms));
  const failures = ours.reduce((sum, result) => sum + result.failures, 0);
  const first = ours.find(({ firstFailure }) => firstFailure)?.firstFailure;
  return {
    name: `p95 of ${name}`,
    unit: 'ms',
    ours: p95,
    floor: spread(floor.map(({ p95Ms }) => p95Ms)),
    bar: { text: `at most ${P95_MS} ms, no failure`, met: p95.median <= P95_MS && failures === 0 },
    notes: {
      'p50 ms': spread(ours.map(({ p50Ms }) => p50Ms)).median,
      failures,
      ...(first === undefined ? {} : { 'first failure': first.slice(0, 200) }),
    },
  };
}
