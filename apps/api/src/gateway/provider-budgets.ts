import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ProviderError, unitsOf, type Budget, type Provider } from '@valetkey/providers';
import { Clock } from '../platform/index.js';

/** What one process takes of a published limit, so that an API and a worker beside each other keep it. */
const SHARE = 0.5;
/** A call waits for so long at most; beyond that the caller is told when to come back. */
const PATIENCE_MS = 2_000;
const SWEEP_AT = 20_000;

/** Units used in the window that runs and in the one before; together they stand for a window that slides. */
interface Window {
  readonly windowMs: number;
  startedAt: number;
  used: number;
  before: number;
}

/** Keeps calls of one account within what its provider allows, before they leave. */
@Injectable()
export class ProviderBudgets {
  private readonly windows = new Map<string, Window>();
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(private readonly clock: Clock) {}

  /**
   * Makes a call once the budgets of its account allow it, and after those that must not overlap with it.
   * @throws ProviderError `rate_limited` (`budget`) when that would take long: nothing was sent
   */
  async spend<T>(
    provider: Provider,
    account: string,
    request: { readonly method: string; readonly path: string },
    call: () => Promise<T>,
  ): Promise<T> {
    const turn = provider.oneAtATime?.test(request.path) ? this.turn(`${provider.id} ${account}`) : undefined;
    try {
      await turn?.mine;
      await this.admit(provider, account, request);
      return await call();
    } finally {
      turn?.end();
    }
  }

  private async admit(
    provider: Provider,
    account: string,
    { method, path }: { readonly method: string; readonly path: string },
  ): Promise<void> {
    const asked = (provider.budgets ?? [])
      .map((budget) => ({
        budget,
        units: unitsOf(budget, method, path),
        key: `${provider.id} ${budget.name} ${account}`,
      }))
      .filter(({ units }) => units > 0);
    const giveUpAt = this.clock.now() + PATIENCE_MS;
    for (;;) {
      const now = this.clock.now();
      const waits = asked.map(({ budget, units, key }) =>
        waitFor(this.window(key, budget, now), budget, units, now),
      );
      const longest = Math.max(0, ...waits);
      if (longest === 0) break;
      if (now + longest > giveUpAt)
        throw new ProviderError({
          provider: provider.id,
          code: 'rate_limited',
          reason: 'budget',
          retryAfterMs: Math.ceil(longest),
        });
      await sleep(longest);
    }
    for (const { budget, units, key } of asked) this.window(key, budget, this.clock.now()).used += units;
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

  private window(key: string, { windowMs }: Budget, now: number): Window {
    if (this.windows.size > SWEEP_AT) this.sweep(now);
    const known = this.windows.get(key) ?? { windowMs, startedAt: now, used: 0, before: 0 };
    this.windows.set(key, known);
    const passed = Math.floor((now - known.startedAt) / windowMs);
    if (passed > 0) {
      known.before = passed === 1 ? known.used : 0;
      known.used = 0;
      known.startedAt += passed * windowMs;
    }
    return known;
  }

  private sweep(now: number): void {
    for (const [key, { startedAt, windowMs }] of this.windows)
      if (now - startedAt > 2 * windowMs) this.windows.delete(key);
  }
}

/** How long until so many units more are within the budget; 0 when they are. */
function waitFor(
  { startedAt, used, before }: Window,
  { units: all, windowMs }: Budget,
  units: number,
  now: number,
): number {
  const limit = Math.max(units, Math.floor(all * SHARE));
  const elapsed = now - startedAt;
  const free = limit - units - used;
  if (before * (1 - elapsed / windowMs) <= free) return 0;
  // Once the window has gone by, what is used now counts as used before.
  if (free < 0) return windowMs - elapsed + windowMs * (1 - (limit - units) / used);
  return windowMs * (1 - free / before) - elapsed;
}
