import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Jobs, type Transaction } from '../../platform/index.js';
import type { AuditEvent } from '../audit-event.js';
import { AuditRepository } from '../audit.repository.js';
import type { AuditType } from '../audit-vocabulary.js';
import { AuditSinksRepository } from './audit-sinks.repository.js';

const LEASE_MS = 10_000;
const LARGEST_BATCH = 200;

/** A part of this program that reads the log; the migration that brought it has set its position. */
export interface LogFollower {
  /** Of its row in `audit_sinks`: `valetkey:…`, which no sink of the settings can be called. */
  readonly name: string;
  readonly types: readonly AuditType[];
  /** Writes what follows from these events, in the transaction that moves the position past them. */
  write(tx: Transaction, events: readonly AuditEvent[]): Promise<void>;
}

/**
 * Hands the log on to parts of this program, in its order, each event once: what they write commits with their position.
 * Of several processes one does it at a time.
 */
@Injectable()
export class FollowLog {
  private readonly holder = randomUUID();

  constructor(
    private readonly rows: AuditSinksRepository,
    private readonly events: AuditRepository,
    private readonly jobs: Jobs,
  ) {}

  /** Hands over everything that is new, unless another process does. */
  async followLog({ name, types, write }: LogFollower): Promise<void> {
    const held = { name, holder: this.holder, leaseMs: LEASE_MS };
    let seq = await this.rows.claim(name, this.holder, LEASE_MS);
    try {
      while (seq !== undefined && !this.jobs.isStopping) {
        const { events, through } = await this.events.afterOf(seq, types, LARGEST_BATCH);
        if (through === seq) return;
        const isMoved = await this.rows.inTransaction(async (tx) => {
          if (!(await this.rows.advance(held, through, tx))) return false;
          if (events.length > 0) await write(tx, events);
          return true;
        });
        seq = isMoved ? through : undefined;
      }
    } finally {
      await this.rows.release(name, this.holder);
    }
  }

  /** Whether events that name a user are still to be handed to a follower. */
  async isBehind(name: string, userId: string): Promise<boolean> {
    const [progress] = await this.rows.progress([name]);
    return progress !== undefined && this.events.namesAfter(progress.seq, userId);
  }

  /** How many events of the log a follower has not looked at. */
  async countAhead(name: string): Promise<number> {
    const [progress] = await this.rows.progress([name]);
    return progress?.behind ?? 0;
  }
}
