import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Log } from '../../platform/index.js';
import { AuditsNothing } from '../audited.js';
import { ForwardEvents } from './forward-events.js';

const EVERY_MS = 1_000;

/** The worker's rounds over the sinks; a slow sink does not keep the others waiting. */
@AuditsNothing('sends on what is recorded; recording that would never end')
@Injectable()
export class AuditForwarding implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly forward: ForwardEvents,
    private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.role === 'api' || this.forward.sinks.length === 0) return;
    await this.forward.prepare();
    this.timer = setInterval(() => this.round(), EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.forward.stop();
    await Promise.all(this.underWay.values());
  }

  private round(): void {
    for (const sink of this.forward.sinks) {
      if (this.underWay.has(sink.name)) continue;
      const run = this.forward
        .run(sink)
        .catch((error: unknown) =>
          this.log.error('forwarding audit events failed', { sink: sink.name, error }),
        )
        .finally(() => this.underWay.delete(sink.name));
      this.underWay.set(sink.name, run);
    }
  }
}
