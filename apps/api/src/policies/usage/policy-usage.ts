import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../../audit/index.js';
import { Clock, Jobs, sha256 } from '../../platform/index.js';
import type { PolicyQuestion } from '../policy.js';
import { PolicyCountsRepository } from './policy-counts.repository.js';
import type { Counter, Used } from './rule-counters.js';

const DAY_MS = 86_400_000;
/** A repeated attempt of a task is known for so long as one that was counted. */
const KEPT_MS = 8 * DAY_MS;

/** The counts that a decision was made by. */
export interface Usage {
  readonly used: Used;
  readonly day: Date;
  readonly seen: readonly { readonly key: Buffer; readonly used: number }[];
}

/** Counts what callers do in a day (UTC), where a rule asks how often they did. */
@Injectable()
@AuditsNothing('counts what is on record already, and deletes old counts')
export class PolicyUsage implements OnApplicationBootstrap {
  constructor(
    private readonly repository: PolicyCountsRepository,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.every(DAY_MS / 24, 'deleting old counts of policies', () =>
      this.repository.deleteBefore(new Date(this.clock.now() - KEPT_MS)),
    );
  }

  /** How often these were used today, this effect itself left out. */
  async read(question: PolicyQuestion, counters: readonly Counter[]): Promise<Usage> {
    const day = this.clock.date();
    const keys = counters.map((counter) => keyOf(question, counter));
    const counts = await this.repository.countsOf(day, keys, question.effectId);
    const used: Record<string, Record<string, number>> = {};
    counters.forEach(({ scope, name }, n) => ((used[scope] ??= {})[name] = counts[n] ?? 0));
    return { used, day, seen: keys.map((key, n) => ({ key, used: counts[n] ?? 0 })) };
  }

  /** @returns false, and nothing was counted, when the counts are not those that were read any more */
  count(effectId: string, { day, seen }: Usage): Promise<boolean> {
    return this.repository.count(day, effectId, seen);
  }
}

/** A digest, so that no user is named. */
function keyOf({ principal, userId }: PolicyQuestion, { scope, name }: Counter): Buffer {
  const caller = scope === 'forUser' ? [] : [principal.type, principal.id];
  const user = scope === 'byCaller' ? [] : [userId];
  return sha256(JSON.stringify([scope, caller, user, name]));
}
