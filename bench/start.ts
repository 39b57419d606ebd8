import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/kit/free-port.js';
import { processTree } from '../test/kit/process-tree.js';
import { newDataDir } from '../test/kit/server.js';
import { until } from '../test/kit/until.js';
import { number, type Benchmark, type Figure } from './kit/benchmark.js';
import { spread } from './kit/rounds.js';

const START = fileURLToPath(new URL('../scripts/start.ts', import.meta.url));
const READY_WITHIN_S = 2;
const IDLE_MIB = 200;

interface Start {
  readonly seconds: number;
  /** Of the server's own process, and of it with PostgreSQL and the twin. */
  readonly mib: number;
  readonly mibOfAll: number;
}

export const start: Benchmark = {
  name: 'start',
  measures:
    'from `npm start` (all roles, embedded PostgreSQL, warm data directory) to ready, and memory when idle',
  floor: 'none: bars of 2 s and 200 MiB',
  options: {
    starts: { means: 'starts', short: '3', full: '7' },
    idle: { means: 'seconds of idling before memory is read', short: '10', full: '30' },
  },
  run: async (options, say) => {
    const dataDir = newDataDir();
    try {
      const figures: Figure[] = [];
      for (const demo of ['off', 'auto'] as const) {
        say(`demo ${demo}: first start`);
        await startOnce(dataDir, demo, 0);
        const starts: Start[] = [];
        for (let n = 0; n < number(options['starts']); n++) {
          say(`demo ${demo}: warm start ${n + 1}`);
          starts.push(await startOnce(dataDir, demo, number(options['idle']) * 1000));
        }
        figures.push(...figuresOf(demo === 'off' ? '' : ', with the demo and its twin', starts));
      }
      return figures;
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};

function figuresOf(what: string, starts: readonly Start[]): Figure[] {
  const seconds = spread(starts.map((one) => one.seconds));
  const mib = spread(starts.map((one) => one.mib));
  const all = spread(starts.map(({ mibOfAll }) => mibOfAll));
  return [
    {
      name: `ready${what}`,
      unit: 's',
      ours: seconds,
      bar: { text: `at most ${READY_WITHIN_S} s`, met: seconds.median <= READY_WITHIN_S },
    },
    {
      name: `idle memory of the server${what}`,
      unit: 'MiB RSS',
      ours: mib,
      bar: { text: `at most ${IDLE_MIB} MiB`, met: mib.median <= IDLE_MIB },
      notes: { 'with PostgreSQL and twin, shared pages counted each time': `${Math.round(all.median)} MiB` },
    },
  ];
}

async function startOnce(dataDir: string, demo: string, idleMs: number): Promise<Start> {
  const port = await freePort();
  const startedAt = performance.now();
  // The arguments of `npm start`, without npm.
  const child = spawn(process.execPath, [START], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      VALETKEY_DATA_DIR: dataDir,
      VALETKEY_DEMO: demo,
    },
  });
  const ended = once(child, 'exit');
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until('ready', isReady, { withinMs: 60_000, everyMs: 5 });
  const seconds = (performance.now() - startedAt) / 1000;
  await sleep(idleMs);
  const pid = child.pid ?? 0;
  const mib = memoryOf(pid);
  const mibOfAll = processTree(pid).reduce((sum, one) => sum + memoryOf(one), 0);
  child.kill('SIGTERM');
  await ended;
  return { seconds, mib, mibOfAll };
}

/** Resident memory in MiB, where the system has /proc; else not a number. */
function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
