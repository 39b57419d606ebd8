import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ProviderError, type Provider } from '@valetkey/providers';
import { Clock, KeyedMutex, sha256 } from '../../platform/index.js';
import { LeasedBudgets } from './leased-budgets.js';
import { ProviderPauses, type AnswerHead } from './provider-pauses.js';

/** A call waits for so long at most; beyond that the caller is told when to come back. */
const PATIENCE_MS = 2_000;
/** After this long the next one goes, though they may then get into each other's way at the provider. */
const LONGEST_TURN_MS = 60_000;

/** A request, as far as limits go. */
export interface BudgetedRequest {
  readonly method: string;
  readonly path: string;
  /** Whether it goes to the provider's own host: what it publishes holds for no other installation of its software. */
  readonly isPublished: boolean;
}

/** Keeps calls of one account within what its provider allows and has last said, before they leave. */
@Injectable()
export class ProviderBudgets {
  private readonly mutex = new KeyedMutex(LONGEST_TURN_MS);

  constructor(
    private readonly leases: LeasedBudgets,
    private readonly pauses: ProviderPauses,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a call once its account may, after those that must not overlap with it, and learns from the answer.
   * @throws ProviderError `rate_limited` (`paused`, `budget`) when that would take long: nothing was sent
   */
  async spend<Answer extends AnswerHead>(
    provider: Provider,
    account: string,
    request: BudgetedRequest,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const digest = sha256(`${provider.id} ${account}`).toString('base64url');
    const made = async () => {
      await this.acquire(provider, digest, request);
      const answer = await call();
      await this.pauses.learn(provider, digest, answer);
      return answer;
    };
    const isAlone = request.isPublished && provider.oneAtATime?.test(request.path);
    return isAlone ? this.mutex.take(digest, made) : made();
  }

  private async acquire(provider: Provider, account: string, request: BudgetedRequest): Promise<void> {
    const giveUpAt = this.clock.now() + PATIENCE_MS;
    for (;;) {
      const paused = await this.pauses.waitFor(provider, account, request);
      const short =
        paused > 0 || !request.isPublished ? 0 : await this.leases.spend(provider, account, request);
      const waitMs = paused || short;
      if (waitMs === 0) return;
      if (this.clock.now() + waitMs > giveUpAt)
        throw new ProviderError({
          provider: provider.id,
          code: 'rate_limited',
          reason: paused > 0 ? 'paused' : 'budget',
          retryAfterMs: Math.ceil(waitMs),
        });
      await sleep(waitMs);
    }
  }
}
