import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log, startRounds, type Rounds } from '../platform/index.js';
import { Audits } from './audited.js';
import { RunErasures } from './erasures/run-erasures.js';
import { Retention } from './trims/retention.js';

const EVERY_MS = 5_000;

/** The worker's rounds over what goes from the log: users who are to be erased, and months that are old enough. */
@Audits('audit_event.erased', 'audit_erasure.finished', 'audit_log.trimmed')
@Injectable()
export class AuditRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private rounds: readonly Rounds[] = [];

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly erasures: RunErasures,
    private readonly retention: Retention,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.role === 'api') return;
    this.rounds = [
      startRounds(this.log, EVERY_MS, 'erasing users from the audit log', () => this.erasures.runDue()),
      startRounds(this.log, EVERY_MS, 'letting go of old audit events', () => this.retention.runDue()),
    ];
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.erasures.stop();
    await Promise.all(this.rounds.map((each) => each.stop()));
  }
}
