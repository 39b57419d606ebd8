import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log } from '../platform/index.js';
import { Audits } from './audited.js';
import { RunErasures } from './erasures/run-erasures.js';
import { Retention } from './trims/retention.js';

const EVERY_MS = 5_000;

/** The worker's rounds over what goes from the log: users who are to be erased, and months that are old enough. */
@Audits('audit_event.erased', 'audit_erasure.finished', 'audit_log.trimmed')
@Injectable()
export class AuditRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private erasing: Promise<void> | undefined;
  private trimming: Promise<void> | undefined;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly erasures: RunErasures,
    private readonly retention: Retention,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.timer = setInterval(() => this.run(), EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.erasures.stop();
    await Promise.all([this.erasing, this.trimming]);
  }

  private run(): void {
    this.erasing ??= this.guarded('erasing users from the audit log', this.erasures.runDue()).finally(
      () => (this.erasing = undefined),
    );
    this.trimming ??= this.guarded('letting go of old audit events', this.retention.runDue()).finally(
      () => (this.trimming = undefined),
    );
  }

  private async guarded(what: string, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.log.error(`${what} failed; it is tried again`, { error });
    }
  }
}
