import { cpus } from 'node:os';
import { openDatabaseLog, TrustedKeys, verifyLog } from '@valetkey/audit-log';
import { startPostgres } from '../test/kit/postgres.js';
import { startServer } from '../test/kit/server.js';
import { number, type Benchmark } from './kit/benchmark.js';
import { closing, type Closing } from './kit/closing.js';
import { KEYS, NO_RATE_LIMITS } from './kit/keys.js';
import { watchLog } from './kit/log-watch.js';
import { Load, type LoadResult } from './kit/load.js';
import { interleaved, ratioFigure } from './kit/rounds.js';
import { seedConnections } from './kit/seed.js';
import { startTwinProcess } from './kit/twin-process.js';

const TARGET = 'google';
/** Two servers, the database and the load: with fewer than four cores they take them from one another. */
const AT_LEAST = cpus().length >= 4 ? 1.6 : 0.9;
const WARM_UP_MS = 3_000;

/** A server, and what asks it. */
interface Side {
  readonly load: Load;
  readonly url: string;
}

export const processes: Benchmark = {
  name: 'processes',
  measures: 'token reads of two API processes on one database, whose events are in one tree',
  floor: 'the same reads by one of them, from as many connections in all',
  options: {
    stored: { means: 'stored connections', short: '2000', full: '10000' },
    connections: { means: 'connections of the load generators, in all', short: '64', full: '64' },
    rounds: { means: 'rounds of one and of two', short: '3', full: '5' },
    seconds: { means: 'seconds a measurement', short: '1.5', full: '3' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const databaseUrl = await postgres.createDatabase();
      say(`storing ${options['stored']} connections`);
      const [first, second] = await startBoth(started, databaseUrl, number(options['stored']));
      const connections = number(options['connections']);
      const ms = number(options['seconds']) * 1000;
      const one = async () => [await first.load.run('reads', first.url, connections, ms)];
      const two = () =>
        Promise.all(
          [first, second].map(({ load, url }) => load.run('reads', url, Math.ceil(connections / 2), ms)),
        );
      await Promise.all([first, second].map(({ load, url }) => load.run('reads', url, 16, WARM_UP_MS)));
      say('measuring');
      const watch = await watchLog(databaseUrl);
      const results = await interleaved(number(options['rounds']), { one, two });
      const seen = await watch.stop();
      return [
        ratioFigure(
          {
            name: `two processes, ${connections} connections`,
            unit: '/s',
            notes: {
              ...seen,
              failures: [...results.one, ...results.two]
                .flat()
                .reduce((sum, { failures }) => sum + failures, 0),
              'events in one tree, verified': await verified(databaseUrl),
            },
          },
          results.two.map(perSecond),
          results.one.map(perSecond),
          AT_LEAST,
        ),
      ];
    }),
};

async function startBoth(started: Closing, databaseUrl: string, stored: number): Promise<[Side, Side]> {
  const twin = started.add(await startTwinProcess([TARGET]), (running) => running.close());
  const env = {
    DATABASE_URL: databaseUrl,
    VALETKEY_ENCRYPTION_KEYS: KEYS,
    ...NO_RATE_LIMITS,
    VALETKEY_CONNECTORS_FILE: twin.connectorsFile,
  };
  const server = started.add(await startServer({ env }), (running) => running.destroy());
  const other = started.add(await startServer({ env }), (running) => running.destroy());
  const seeded = await seedConnections(databaseUrl, TARGET, stored);
  const { key } = (await server.operator.post('/v1/agents', { name: 'bench', rawTokens: true })).body;
  const side = async (url: string): Promise<Side> => {
    const load = started.add(new Load(), (running) => running.close());
    await load.keep(
      'reads',
      seeded.map(({ id }) => [`/v1/connections/${id}/access-token`, `Bearer ${key}`]),
    );
    return { load, url };
  };
  return [await side(server.url), await side(other.url)];
}

function perSecond(results: readonly LoadResult[]): number {
  return results.reduce((sum, result) => sum + result.perSecond, 0);
}

/** @returns how many events there are; @throws Error at the first that does not follow the one before */
async function verified(databaseUrl: string): Promise<number> {
  const log = await openDatabaseLog(databaseUrl);
  const keys = new TrustedKeys([]);
  const verdict = await verifyLog({ ...log, keys, threads: 2 }).finally(() => log.close());
  if (verdict.bad) throw new Error(`not one tree: ${JSON.stringify(verdict.bad)}`);
  return verdict.rows;
}
