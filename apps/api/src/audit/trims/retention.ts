import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Clock, Jobs, Log, Problem } from '../../platform/index.js';
import { Audits } from '../audited.js';
import { AuditTrims } from './audit-trims.js';

const EVERY_MS = 5_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Lets go of months that are older than the setting says, and finishes every trim that was begun. */
@Audits('audit_log.trimmed')
@Injectable()
export class Retention implements OnApplicationBootstrap {
  private lookedAt = 0;

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly trims: AuditTrims,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'removing old audit events', () => this.runDue());
  }

  async runDue(): Promise<void> {
    await this.startIfDue();
    if (!(await this.trims.run()))
      this.log.warn('old audit events are being read and cannot go yet; it is tried again');
  }

  /** Once an hour is plenty for months. */
  private async startIfDue(): Promise<void> {
    const { auditRetentionDays } = this.settings;
    const now = this.clock.now();
    if (auditRetentionDays === undefined || now < this.lookedAt + HOUR_MS) return;
    this.lookedAt = now;
    try {
      const before = new Date(now - auditRetentionDays * DAY_MS);
      await this.trims.start(before, { actor: { type: 'system', id: 'audit_retention' } });
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 409) throw error;
      if (error.code.startsWith('audit_not_'))
        this.log.warn('old audit events cannot go yet; it is tried again', { reason: error.detail });
    }
  }
}
