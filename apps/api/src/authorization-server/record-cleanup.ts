import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { Clock, Jobs } from '../platform/index.js';
import { OAuthRecordsRepository } from './oauth-records.repository.js';

const EVERY_MS = 600_000;

/** Deletes what the authorization server remembered, once it has expired. */
@AuditsNothing('deletes rows that have expired; nothing could be done with them any more')
@Injectable()
export class RecordCleanup implements OnApplicationBootstrap {
  constructor(
    private readonly repository: OAuthRecordsRepository,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'deleting records of the authorization server that have expired', () =>
      this.repository.deleteExpired(this.clock.date()),
    );
  }
}
