import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Log, startRounds, type Rounds } from '../../platform/index.js';
import { AuditsNothing } from '../audited.js';
import { ForwardEvents } from './forward-events.js';

const EVERY_MS = 1_000;

/** The worker's rounds over the sinks; a slow sink does not keep the others waiting. */
@AuditsNothing('sends on what is recorded; recording that would never end')
@Injectable()
export class AuditForwarding implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private rounds: readonly Rounds[] = [];

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly forward: ForwardEvents,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api' || this.forward.sinks.length === 0) return;
    await this.forward.prepare();
    this.rounds = this.forward.sinks.map((sink) =>
      startRounds(this.log, EVERY_MS, `forwarding audit events to ${sink.name}`, () =>
        this.forward.run(sink),
      ),
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.forward.stop();
    await Promise.all(this.rounds.map((each) => each.stop()));
  }
}
