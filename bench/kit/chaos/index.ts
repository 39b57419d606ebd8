import { verifyDatabase } from '@valetkey/audit-log';
import { Closing } from '../closing.js';
import { Disorder, randomFrom } from './disorder.js';
import { createTasks, outcomesOf, untilEnded, type Outcomes } from './tasks.js';
import { startChaosWorld, type Processes } from './world.js';

export interface Chaos extends Processes {
  readonly tasks: number;
  /** The disorder goes on for so long at least, and until all tasks are created. */
  readonly seconds: number;
  /** Of the choice of disturbances; their effects depend on the moment all the same. */
  readonly seed: number;
  /** How long tasks may take to end once there is order. */
  readonly patienceMs: number;
}

export interface ChaosResult extends Outcomes {
  /** Tasks that had not ended when the time was up. */
  readonly open: number;
  /** The first bad row of the audit log. */
  readonly badRow: string | undefined;
  readonly disturbances: Readonly<Record<string, number>>;
  /** From the first task to the last end. */
  readonly seconds: number;
}

/** Creates tasks with effects while everything fails, and looks at what is left when it works again. */
export async function chaos(wanted: Chaos): Promise<ChaosResult> {
  const started = new Closing();
  try {
    const world = await startChaosWorld(started, wanted);
    const disorder = new Disorder(world, randomFrom(wanted.seed));
    const startedAt = performance.now();
    const reign = disorder.reign();
    const shortest = new Promise((resolve) => setTimeout(resolve, wanted.seconds * 1000));
    const creating = createTasks(world, wanted.tasks);
    await Promise.race([Promise.all([creating, shortest]), reign]).finally(() => disorder.end());
    await reign;
    const ids = await creating;
    const open = await untilEnded(world, wanted.patienceMs);
    const seconds = (performance.now() - startedAt) / 1000;
    const settings = { keys: undefined, witnesses: [], notes: [], threads: 0, say: () => undefined };
    const { bad } = await verifyDatabase(world.databaseUrl, settings);
    const badRow = bad && `row ${bad.seq}: ${bad.why}`;
    return { ...(await outcomesOf(world, ids)), open, badRow, disturbances: disorder.counts, seconds };
  } finally {
    await started.close();
  }
}
