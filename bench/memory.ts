import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../test/kit/postgres.js';
import { startServer, type Server } from '../test/kit/server.js';
import type { Client } from '../test/kit/client.js';
import { number, type Benchmark, type Figure } from './kit/benchmark.js';
import { closing } from './kit/closing.js';
import { beStrict, ROTATING_TARGET, storeExpired } from './kit/expired-tokens.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { Load } from './kit/load.js';
import { once } from './kit/rounds.js';
import { seedConnections } from './kit/seed.js';
import { together } from './kit/together.js';
import { startTwinProcess } from './kit/twin-process.js';

const TARGET = 'google';
const STORED = 2_000;
const REFRESHED = 64;
const TENTHS = 10;
const SLICE_MS = 1_000;
const MIB = 2 ** 20;
/** Growth of the live heap over the second half that counts as none. */
const FLAT_MIB = 3;

const COLLECT = new URL('./kit/collect-garbage.ts', import.meta.url).href;

export const memory: Benchmark = {
  name: 'memory',
  measures: 'live heap of one server over many reads and refreshes, after collecting garbage at each tenth',
  floor: 'itself at half time',
  options: {
    reads: { means: 'token reads', short: '20000', full: '200000' },
    refreshes: { means: 'refreshes', short: '1000', full: '20000' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const twin = started.add(await startTwinProcess([TARGET, ROTATING_TARGET]), (running) =>
        running.close(),
      );
      const load = started.add(new Load(), (running) => running.close());
      const databaseUrl = await postgres.createDatabase();
      const env = {
        DATABASE_URL: databaseUrl,
        VALETKEY_ENCRYPTION_KEYS: KEYS,
        ...NO_RATE_LIMITS,
        VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
        NODE_OPTIONS: `--expose-gc --disable-warning=ExperimentalWarning --import ${COLLECT}`,
      };
      const server = started.add(await startServer({ env }), (running) => running.destroy());
      const { key } = (await server.operator.post('/v1/agents', { name: 'bench', rawTokens: true })).body;
      const seeded = await seedConnections(databaseUrl, TARGET, STORED);
      await load.keep(
        'reads',
        seeded.map(({ id }) => [`/v1/connections/${id}/access-token`, `Bearer ${key}`]),
      );
      await beStrict(twin);
      const rotating = await storeExpired(server.operator, twin, REFRESHED);
      const read = async (count: number) => {
        for (let done = 0; done < count;) {
          const { answered, failures, firstFailure } = await load.run('reads', server.url, 16, SLICE_MS);
          if (failures > 0) throw new Error(`a read failed: ${firstFailure}`);
          done += answered;
        }
      };
      const agent = server.anonymous.as(key);
      const refresh = (count: number) => refreshMany(agent, rotating, count);
      await read(1_000);
      await refresh(REFRESHED);
      return [
        await overTenths({ name: 'reads', count: number(options['reads']) }, read, server, say),
        await overTenths({ name: 'refreshes', count: number(options['refreshes']) }, refresh, server, say),
      ];
    }),
};

async function refreshMany(agent: Client, rotating: readonly { id: string }[], count: number): Promise<void> {
  const each = Math.ceil(count / rotating.length);
  await together([...rotating], 16, async ({ id }) => {
    for (let n = 0; n < each; n++) {
      const { status, text } = await agent.post(`/v1/connections/${id}/refresh`);
      if (status !== 200) throw new Error(`a refresh failed: ${status} ${text}`);
    }
  });
}

async function overTenths(
  { name, count }: { name: string; count: number },
  work: (count: number) => Promise<void>,
  server: Server,
  say: (text: string) => void,
): Promise<Figure> {
  const heap: number[] = [];
  let resident = 0;
  for (let tenth = 1; tenth <= TENTHS; tenth++) {
    await work(Math.ceil(count / TENTHS));
    const seen = await liveMemory(server);
    heap.push(seen.heapMiB);
    resident = seen.residentMiB;
    say(`${tenth}/${TENTHS} of ${count} ${name}: ${seen.heapMiB.toFixed(1)} MiB live`);
  }
  const half = Math.min(...heap.slice(TENTHS / 2 - 2, TENTHS / 2));
  const growth = Math.min(...heap.slice(-2)) - half;
  return {
    name: `live heap after ${count.toLocaleString('en')} ${name}`,
    unit: 'MiB',
    ours: once(heap.at(-1) ?? Number.NaN),
    floor: once(half),
    bar: { text: `grows by less than ${FLAT_MIB} MiB over the second half`, met: growth < FLAT_MIB },
    notes: { 'growth MiB': growth, 'resident MiB': resident },
  };
}

async function liveMemory(server: Server): Promise<{ heapMiB: number; residentMiB: number }> {
  await sleep(1_500);
  for (let twice = 0; twice < 2; twice++) {
    process.kill(server.pid, 'SIGUSR2');
    await sleep(500);
  }
  const { text } = await server.anonymous.get('/metrics');
  const value = (metric: string) => Number(new RegExp(`^${metric} ([0-9.e+]+)`, 'm').exec(text)?.[1]) / MIB;
  return {
    heapMiB: value('nodejs_heap_size_used_bytes'),
    residentMiB: value('process_resident_memory_bytes'),
  };
}
