import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Clock, Log } from '../platform/index.js';
import { AuthorizationsRepository } from './authorizations.repository.js';
import { Revocations } from './revocations.js';

const EVERY_MS = 5_000;
const KEEP_AUTHORIZATIONS_MS = 24 * 60 * 60_000;

/** The worker's rounds: revocations that are due, and authorizations that nobody can finish any more. */
@Injectable()
export class ConnectionRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly revocations: Revocations,
    private readonly authorizations: AuthorizationsRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.timer = setInterval(() => (this.round = this.round.then(() => this.run())), EVERY_MS);
    this.timer.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.round;
  }

  private async run(): Promise<void> {
    try {
      await this.revocations.runDue();
      await this.authorizations.deleteExpired(new Date(this.clock.now() - KEEP_AUTHORIZATIONS_MS));
    } catch (error) {
      this.log.error('a round of revocations failed', { error });
    }
  }
}
