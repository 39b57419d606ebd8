import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Log } from '../log/index.js';
import { SingleFlight } from './single-flight.js';

/** Work that is done again and again, one run at a time. */
export interface Job {
  /** One run now, or the one under way. */
  run(): Promise<void>;
  /** No further run by itself; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

/** Starts jobs in the processes whose role they are, and ends them before the process does. */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  private readonly started: Job[] = [];
  private stopping = false;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly log: Log,
  ) {}

  /** Work that takes long lets go after the step in hand when this is true. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /**
   * Does `work` every `ms` milliseconds; after a run that failed comes the next. To be called from
   * `onApplicationBootstrap` of the class that declares what the work records.
   * @param name the log's word for the work
   * @param where `worker`: not in processes of the role `api`
   * @returns `undefined` where it is not for this process
   */
  every(
    ms: number,
    name: string,
    work: () => Promise<void>,
    where: 'worker' | 'each process' = 'worker',
  ): Job | undefined {
    if (where === 'worker' && this.settings.role === 'api') return undefined;
    const flight = new SingleFlight<void>();
    const logFailure = (error: unknown) => this.log.error(`${name} failed; it is tried again`, { error });
    const run = () => flight.run('', () => work().catch(logFailure));
    const timer = setInterval(run, ms).unref();
    const stop = () => {
      clearInterval(timer);
      return flight.settled();
    };
    const job = { run, stop };
    this.started.push(job);
    return job;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.started.map((job) => job.stop()));
  }
}
