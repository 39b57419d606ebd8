import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log, startRounds, type Rounds } from '../platform/index.js';
import { AuditsNothing } from './audited.js';
import { Checkpoints } from './checkpoints.js';

/** What is younger than this can be rewritten by whoever has the database. */
const EVERY_MS = 60_000;
const LAST_ROUND_MS = 5_000;

/** A worker signs and anchors the chain once a minute, and once more when it stops. */
@AuditsNothing('a checkpoint vouches for the log; it is no access')
@Injectable()
export class CheckpointRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private rounds: Rounds | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly checkpoints: Checkpoints,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.rounds = startRounds(this.log, EVERY_MS, 'signing the audit log', () => this.work());
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.rounds) return;
    await this.rounds.stop();
    const timeUp = new Promise((resolve) => setTimeout(resolve, LAST_ROUND_MS).unref());
    await Promise.race([this.rounds.run(), timeUp]);
  }

  private async work(): Promise<void> {
    await this.checkpoints.prepare();
    await this.checkpoints.make();
    await this.checkpoints.anchor();
  }
}
