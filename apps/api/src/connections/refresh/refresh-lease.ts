import { Injectable } from '@nestjs/common';
import { Log } from '../../platform/index.js';
import { TokenSetsRepository } from './token-sets.repository.js';

/** Short, so that a crash holds nobody up; a holder that lives extends it. */
export const LEASE_MS = 10_000;
const EXTEND_EVERY_MS = 3_000;

/** The right to refresh one version of a token set. */
export interface HeldLease {
  readonly connectionId: string;
  readonly version: number;
  readonly holder: string;
  /** An earlier refresh of this version was sent, and its response was lost. */
  readonly unanswered: boolean;
}

/** Holds leases while providers take their time. */
@Injectable()
export class RefreshLeases {
  constructor(
    private readonly tokenSets: TokenSetsRepository,
    private readonly log: Log,
  ) {}

  /** Runs `work` and extends the lease as long as it takes; between two extensions no connection is held. */
  async while<T>({ connectionId, holder }: HeldLease, work: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => {
      this.tokenSets.extend(connectionId, holder, LEASE_MS).catch((error: unknown) => {
        this.log.warn('a refresh lease could not be extended', { connectionId, error });
      });
    }, EXTEND_EVERY_MS);
    try {
      return await work();
    } finally {
      clearInterval(timer);
    }
  }
}
