import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log } from '../platform/index.js';
import { ConnectionDuties } from './connection-duties.schedule.js';

const EVERY_MS = 5_000;

/** The worker's rounds. Rows say what is due; a job that was lost is found here again. */
@Audits('authorization.failed', 'connection.created', 'connection.reauthorized')
@Injectable()
export class ConnectionRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly duties: ConnectionDuties,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.timer = setInterval(
      () => (this.round ??= this.run().finally(() => (this.round = undefined))),
      EVERY_MS,
    ).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  /** One duty that fails does not keep the others from their turn. */
  private async run(): Promise<void> {
    for (const duty of this.duties.all()) {
      await duty().catch((error: unknown) => this.log.error('a round on connections failed', { error }));
    }
  }
}
