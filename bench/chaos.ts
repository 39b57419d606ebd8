import { redisIsInstalled } from '../test/kit/redis.js';
import { number, type Benchmark, type Figure, type OptionValues } from './kit/benchmark.js';
import { chaos as run, type Chaos, type ChaosResult } from './kit/chaos/index.js';
import { once } from './kit/rounds.js';

const MINUTE_MS = 60_000;

function figure(backend: Chaos['backend'], result: ChaosResult): Figure {
  const { lost, unknown, doubled, missing, denied, open, badRow, firstFailure, disturbances, ...rest } =
    result;
  const wrong = lost + unknown + doubled + missing + denied + open + (badRow === undefined ? 0 : 1);
  return {
    name: `queue on ${backend}`,
    unit: 'wrong outcomes',
    ours: once(wrong),
    bar: {
      text: 'no effect doubled, missing or denied, every task ended, no bad row in the log',
      met: wrong === 0,
    },
    notes: {
      ...rest,
      ...{ lost, unknown, doubled, missing, denied, open },
      ...(badRow === undefined ? {} : { 'bad row': badRow }),
      ...(firstFailure === undefined ? {} : { 'first that did not succeed': firstFailure.slice(0, 300) }),
      disturbances: Object.entries(disturbances)
        .map(([name, count]) => `${count} × ${name}`)
        .join(', '),
    },
  };
}

const wanted = (options: OptionValues, backend: Chaos['backend']): Chaos => ({
  backend,
  apis: number(options['apis']),
  workers: number(options['workers']),
  tasks: number(options['tasks']),
  seconds: number(options['seconds']),
  seed: number(options['seed']),
  patienceMs: number(options['patience']) * MINUTE_MS,
});

export const chaos: Benchmark = {
  name: 'chaos',
  measures:
    'tasks with effects at the provider while processes, PostgreSQL and Redis are killed, answers are lost and the provider refuses',
  floor: 'none: the figure is what the tasks say against what the provider has, the floor is 0',
  options: {
    apis: { means: 'API processes', short: '2', full: '2' },
    workers: { means: 'worker processes', short: '3', full: '3' },
    tasks: { means: 'tasks', short: '400', full: '10000' },
    seconds: { means: 'shortest time of disorder', short: '45', full: '300' },
    seed: { means: 'seed of the choice of disturbances', short: '1', full: '1' },
    patience: {
      means: 'minutes in which all tasks must have ended after the disorder',
      short: '4',
      full: '30',
    },
  },
  run: async (options, say) => {
    const figures: Figure[] = [];
    for (const backend of redisIsInstalled ? (['PostgreSQL', 'Redis'] as const) : (['PostgreSQL'] as const)) {
      say(`queue on ${backend}`);
      figures.push(figure(backend, await run(wanted(options, backend))));
    }
    return figures;
  },
};
