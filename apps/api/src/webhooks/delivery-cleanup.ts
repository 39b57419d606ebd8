import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditErasures, AuditsNothing, FollowLog } from '../audit/index.js';
import { Clock, Jobs } from '../platform/index.js';
import { FAILING_MS } from './attempts.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { FOLLOWER } from './tell-events.js';

const EVERY_MS = 60_000;
/** How long a message that has ended, and the answers to it, can be looked at. */
const KEPT_MS = 30 * 86_400_000;

/** Lets go of messages: after thirty days, and with the user whom they are about. */
@AuditsNothing('deletes copies of what was told; the events stay in the log')
@Injectable()
export class DeliveryCleanup implements OnApplicationBootstrap {
  constructor(
    private readonly rows: DeliveriesRepository,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    follow: FollowLog,
    erasures: AuditErasures,
  ) {
    erasures.join({
      // The calling app is told of the end of the user's connections first.
      isReading: (userId) => follow.isBehind(FOLLOWER, userId),
      isUnderWay: (userId) => rows.hasPending(userId),
      forget: async (tx, userId) => {
        await rows.forget(tx, userId);
        return 0;
      },
    });
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'the purge of messages for webhooks', () => this.run());
  }

  async run(): Promise<void> {
    const now = this.clock.now();
    await this.rows.endUnsent(new Date(now - FAILING_MS), new Date(now));
    await this.rows.deleteEnded(new Date(now - KEPT_MS));
  }
}
