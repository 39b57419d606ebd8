import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../../audit/index.js';
import { Clock, Jobs } from '../../platform/index.js';
import { SpentStatesRepository } from '../elicitation/spent-states.repository.js';
import { SessionsRepository } from './sessions.repository.js';

const EVERY_MS = 3_600_000;

/** A call of a session may wait seven days for a person, and runs only while its session is known. */
const KEPT_MS = 8 * 86_400_000;

/** Deletes sessions that expired long ago, and request states that could not come back any more. */
@AuditsNothing('deletes rows whose tokens have expired; their events stay in the log')
@Injectable()
export class SessionCleanup implements OnApplicationBootstrap {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly states: SpentStatesRepository,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'deleting sessions that have expired', () => this.run());
  }

  /** One round. */
  async run(): Promise<void> {
    await this.states.deleteExpired(this.clock.date());
    await this.repository.deleteExpired(new Date(this.clock.now() - KEPT_MS));
  }
}
