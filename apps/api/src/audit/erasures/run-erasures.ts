import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Jobs, Log, randomSecret } from '../../platform/index.js';
import { Audits } from '../audited.js';
import { AuditErasures } from './audit-erasures.js';
import { Sequencer } from '../sequencer.js';
import { AuditErasuresRepository } from './audit-erasures.repository.js';

const EVERY_MS = 5_000;
/** Short, so that a crash holds an erasure up no longer; every batch extends it. */
const LEASE_MS = 30_000;
/** When it is looked again for what was under way: the outcomes of calls, and of revocations. */
const AGAIN_MS = 60_000;
const SOON_MS = 1_000;

/**
 * The worker's part of erasing users. An erased event is not found again, so no progress is stored: a worker that takes
 * an erasure over goes on. It has ended when a search one minute after the last erased event finds none.
 */
@Audits('audit_event.erased', 'audit_erasure.finished')
@Injectable()
export class RunErasures implements OnApplicationBootstrap {
  private readonly holder = randomSecret(9);

  constructor(
    private readonly erasures: AuditErasures,
    private readonly rows: AuditErasuresRepository,
    private readonly sequencer: Sequencer,
    private readonly jobs: Jobs,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'erasing users from the audit log', () => this.runDue());
  }

  /** Does what is due and nobody is doing. */
  async runDue(): Promise<void> {
    while (!this.jobs.isStopping) {
      const erasure = await this.rows.claim(this.holder, LEASE_MS);
      if (!erasure) return;
      await this.run(erasure);
    }
  }

  private async run(erasure: { readonly id: string; readonly userId: string }): Promise<void> {
    const { id, userId } = erasure;
    await this.sequencer.settled();
    if (await this.erasures.isBeingRead(userId)) return this.rows.release(id, this.holder, SOON_MS);
    const isUnderWay = await this.erasures.isUnderWay(userId);
    let found = 0;
    for (;;) {
      const erased = await this.erasures.eraseSome(erasure, this.holder, LEASE_MS);
      if (erased === undefined) return;
      if (this.jobs.isStopping) return this.rows.release(id, this.holder, 0);
      if (erased === 0) break;
      found += erased;
    }
    if (found > 0 || isUnderWay) return this.rows.release(id, this.holder, AGAIN_MS);
    await this.erasures.finish(erasure, this.holder);
    this.log.log('a user is erased from the audit log', { erasureId: id });
  }
}
