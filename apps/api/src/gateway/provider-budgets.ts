import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ProviderError, type Provider } from '@valetkey/providers';
import { Clock, sha256 } from '../platform/index.js';
import { LeasedBudgets } from './leased-budgets.js';
import { ProviderPauses, type AnswerHead } from './provider-pauses.js';

/** A call waits for so long at most; beyond that the caller is told when to come back. */
const PATIENCE_MS = 2_000;

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
  private readonly queues = new Map<string, Promise<unknown>>();

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
    const isAlone = request.isPublished && provider.oneAtATime?.test(request.path);
    const turn = isAlone ? this.turn(digest) : undefined;
    try {
      await turn?.mine;
      await this.admit(provider, digest, request);
      const answer = await call();
      await this.pauses.learn(provider, digest, answer);
      return answer;
    } finally {
      turn?.end();
    }
  }

  private async admit(provider: Provider, account: string, request: BudgetedRequest): Promise<void> {
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

  /** Its turn among those of one account. */
  private turn(key: string): { mine: Promise<unknown>; end: () => void } {
    const mine = this.queues.get(key) ?? Promise.resolve();
    let end: () => void = () => undefined;
    const after = mine.then(() => new Promise<void>((resolve) => (end = resolve)));
    this.queues.set(key, after);
    return {
      mine,
      end: () => {
        end();
        if (this.queues.get(key) === after) this.queues.delete(key);
      },
    };
  }
}
