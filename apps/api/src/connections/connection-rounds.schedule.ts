import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log, startRounds, type Rounds } from '../platform/index.js';
import { ConnectionJobs } from './connection-jobs.schedule.js';

const EVERY_MS = 5_000;

/** The worker's rounds. Rows say what is due; a job that was lost is found here again. */
@Audits('authorization.failed', 'connection.created', 'connection.reauthorized')
@Injectable()
export class ConnectionRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private rounds: Rounds | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly jobs: ConnectionJobs,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.rounds = startRounds(this.log, EVERY_MS, 'a round over connections', () => this.run());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds?.stop();
  }

  /** One duty that fails does not keep the others from their turn. */
  private async run(): Promise<void> {
    for (const duty of this.jobs.all()) {
      await duty().catch((error: unknown) => this.log.error('a round on connections failed', { error }));
    }
  }
}
