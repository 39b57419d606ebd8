import { redisIsInstalled, startRedis } from '../test/kit/redis.js';
import { number, type Benchmark, type Figure } from './kit/benchmark.js';
import { closing } from './kit/closing.js';

import { once } from './kit/rounds.js';
import { startStormWorld, storm, type Storm, type StormResult, type StormWorld } from './kit/storm-world.js';

/** The figure of a storm: provider calls for each expiry, and nothing broken. */
function figure(name: string, { expiries }: Storm, result: StormResult): Figure {
  const { calls, failures, firstFailure, torn, lost, reads, seconds } = result;
  return {
    name,
    unit: 'provider calls per expiry',
    ours: once(calls / expiries),
    bar: {
      text: '1 call per expiry, no failed read, no connection lost',
      met: calls === expiries && failures === 0 && lost === 0 && torn === 0,
    },
    notes: {
      expiries,
      reads,
      calls,
      failures,
      lost,
      torn,
      seconds,
      ...(firstFailure === undefined ? {} : { 'first failure': firstFailure.slice(0, 300) }),
    },
  };
}

async function crowd(world: StormWorld, say: (text: string) => void): Promise<Figure> {
  say('200 readers of one expired token');
  const wanted = { expiries: 1, callersPerProcess: 200, lanes: 1, providerMs: 200 };
  return figure('200 readers, 1 process, provider takes 200 ms', wanted, await storm(world, wanted));
}

export const tokenStorm: Benchmark = {
  name: 'storm',
  measures: 'many readers of expired tokens whose refresh tokens work once, and whose reuse ends the grant',
  floor: 'none: the figure is provider calls per expiry, the floor is 1',
  options: {
    processes: { means: 'API processes on one database', short: '8', full: '8' },
    callers: { means: 'callers a process', short: '64', full: '64' },
    expiries: { means: 'expired tokens', short: '200', full: '1000' },
    slow: { means: 'expired tokens of the provider that takes 15 s', short: '2', full: '8' },
  },
  run: async (options, say) => {
    const processes = number(options['processes']);
    const callersPerProcess = number(options['callers']);
    const figures = [
      await closing(async (started) => crowd(await startStormWorld(started, { processes: 1 }), say)),
    ];
    for (const backend of redisIsInstalled ? (['PostgreSQL', 'Redis'] as const) : (['PostgreSQL'] as const)) {
      await closing(async (started) => {
        const redis =
          backend === 'Redis' ? started.add(await startRedis(), (running) => running.stop()) : undefined;
        const world = await startStormWorld(started, { processes, redisUrl: redis?.url });
        const about = `${processes} processes x ${callersPerProcess} callers, queue on ${backend}`;
        const fast = { expiries: number(options['expiries']), callersPerProcess, lanes: 8, providerMs: 200 };
        say(`${about}, ${fast.expiries} expiries`);
        figures.push(figure(`${about}, provider takes 200 ms`, fast, await storm(world, fast)));
        const slow = { ...fast, expiries: number(options['slow']), lanes: 2, providerMs: 15_000 };
        say(`${about}, ${slow.expiries} expiries at a slow provider`);
        figures.push(figure(`${about}, provider takes 15 s`, slow, await storm(world, slow)));
      });
    }
    return figures;
  },
};
