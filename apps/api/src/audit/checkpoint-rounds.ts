import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log } from '../platform/index.js';
import { AuditsNothing } from './audited.js';
import { Checkpoints } from './checkpoints.js';

/** What is younger than this can be rewritten by whoever has the database. */
const EVERY_MS = 60_000;
const LAST_ROUND_MS = 5_000;

/** A worker signs and anchors the chain once a minute, and once more when it stops. */
@AuditsNothing('a checkpoint vouches for the log; it is no access')
@Injectable()
export class CheckpointRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly checkpoints: Checkpoints,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.timer = setInterval(() => void this.run(), EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    await this.round;
    await Promise.race([this.run(), new Promise((resolve) => setTimeout(resolve, LAST_ROUND_MS).unref())]);
  }

  private run(): Promise<void> {
    this.round ??= this.work().finally(() => (this.round = undefined));
    return this.round;
  }

  private async work(): Promise<void> {
    try {
      await this.checkpoints.prepare();
      await this.checkpoints.make();
      await this.checkpoints.anchor();
    } catch (error) {
      this.log.error('no checkpoint of the audit log could be made; it is tried again', { error });
    }
  }
}
