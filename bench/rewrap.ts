import { startPostgres } from '../test/kit/postgres.js';
import { startServer, type Server } from '../test/kit/server.js';
import { number, type Benchmark, type Figure } from './kit/benchmark.js';
import { closing } from './kit/closing.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { Load, type LoadResult } from './kit/load.js';
import { spread } from './kit/rounds.js';
import { seedConnections } from './kit/seed.js';
import { startTwinProcess } from './kit/twin-process.js';

const TARGET = 'google';
const NEWER = `newer:${Buffer.alloc(32, 8).toString('base64')}`;
const SLICE_MS = 2_000;
const READS = 'token reads';

interface Rewrap {
  readonly status: string;
  readonly done: number;
  readonly failed: number;
}

/** A re-wrap of everything while tokens are read; no read may fail, and no secret may be left behind. */
export const rewrap: Benchmark = {
  name: 'rewrap',
  measures: 'a re-wrap of all secrets to a new key, API and worker in one process, under reads of tokens',
  floor: 'the same reads by the same process without a re-wrap',
  options: {
    size: { means: 'stored connections', short: '10000', full: '100000' },
    connections: { means: 'connections of the load generator', short: '16', full: '16' },
    slices: { means: 'slices of 2 s before the re-wrap', short: '2', full: '5' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const size = number(options['size']);
      const connections = number(options['connections']);
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const twin = started.add(await startTwinProcess([TARGET]), (running) => running.close());
      const load = started.add(new Load(), (running) => running.close());
      const env = {
        DATABASE_URL: await postgres.createDatabase(),
        VALETKEY_ENCRYPTION_KEYS: KEYS,
        ...NO_RATE_LIMITS,
        VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
      };
      const server = started.add(await startServer({ env }), (running) => running.destroy());
      say(`storing ${size} connections`);
      const seeded = await seedConnections(env.DATABASE_URL, TARGET, size);
      await server.restart({ VALETKEY_ENCRYPTION_KEYS: `${NEWER},${KEYS}` });
      const { key } = (await server.operator.post('/v1/agents', { name: 'bench', rawTokens: true })).body;
      await load.keep(
        READS,
        seeded.map(({ id }) => [`/v1/connections/${id}/access-token`, `Bearer ${key}`]),
      );
      const read = () => load.run(READS, server.url, connections, SLICE_MS);
      await read();
      say('reading without a re-wrap');
      const before: LoadResult[] = [];
      for (let slice = 0; slice < number(options['slices']); slice++) before.push(await read());
      say('reading during the re-wrap');
      return figures(before, await duringRewrap(server, read));
    }),
};

async function duringRewrap(server: Server, read: () => Promise<LoadResult>) {
  const { body: begun } = await server.operator.post('/v1/operator/vault/rewraps');
  const progress = async (): Promise<Rewrap> =>
    (await server.operator.get(`/v1/operator/vault/rewraps/${begun.id}`)).body;
  // A worker looks every five seconds; what counts begins with the first batch.
  while ((await progress()).done === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  const startedAt = performance.now();
  let endedAt = 0;
  let rewrap = await progress();
  const watch = async () => {
    while (rewrap.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, 500));
      rewrap = await progress();
    }
    endedAt = performance.now();
  };
  const watching = watch();
  const slices: LoadResult[] = [];
  while (endedAt === 0) slices.push(await read());
  await watching;
  return { slices, rewrap, seconds: (endedAt - startedAt) / 1000 };
}

function figures(
  before: readonly LoadResult[],
  { slices, rewrap, seconds }: Awaited<ReturnType<typeof duringRewrap>>,
): Figure[] {
  const failures = [...before, ...slices].reduce((sum, { failures }) => sum + failures, 0);
  const one = (value: number) => spread([value]);
  const latency = (percentile: 'p50Ms' | 'p99Ms'): Figure => ({
    name: `read ${percentile.slice(0, 3)} during a re-wrap (floor: without one)`,
    unit: 'ms',
    ours: spread(slices.map((slice) => slice[percentile])),
    floor: spread(before.map((slice) => slice[percentile])),
  });
  return [
    { name: 'secrets brought under the new key', unit: 'secrets/s', ours: one(rewrap.done / seconds) },
    {
      name: 'reads during a re-wrap (floor: without one)',
      unit: 'requests/s',
      ours: spread(slices.map(({ perSecond }) => perSecond)),
      floor: spread(before.map(({ perSecond }) => perSecond)),
    },
    latency('p50Ms'),
    latency('p99Ms'),
    {
      name: 'failed reads',
      unit: 'reads',
      ours: one(failures),
      bar: { text: 'none', met: failures === 0 },
    },
    {
      name: 'secrets left behind',
      unit: 'secrets',
      ours: one(rewrap.failed),
      bar: { text: 'none', met: rewrap.status === 'finished' && rewrap.failed === 0 },
      notes: { status: rewrap.status, done: rewrap.done },
    },
  ];
}
