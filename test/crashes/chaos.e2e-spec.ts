import process from 'node:process';
import { chaos } from '../../bench/kit/chaos/index.js';
import { redisIsInstalled } from '../kit/index.js';

/** `npm run bench -- chaos` does the same with more of everything. */
const TASKS = Number(process.env['CHAOS_TASKS'] ?? 40);
const SECONDS = 12;
const PATIENCE_MS = 180_000;

it.each(redisIsInstalled ? (['PostgreSQL', 'Redis'] as const) : (['PostgreSQL'] as const))(
  `has the effect of each of ${TASKS} tasks once, with everything killed in turn, and the queue on %s`,
  async (backend) => {
    const processes = { backend, apis: 2, workers: 2 };
    const disorder = { tasks: TASKS, seconds: SECONDS, seed: 7, patienceMs: PATIENCE_MS };
    expect(await chaos({ ...processes, ...disorder })).toMatchObject({
      ...{ tasks: TASKS, succeeded: TASKS, open: 0, badRow: undefined },
      ...{ lost: 0, unknown: 0, doubled: 0, missing: 0, denied: 0, failed: 0 },
    });
  },
  PATIENCE_MS + 180_000,
);
