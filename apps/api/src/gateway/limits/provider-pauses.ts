import { Injectable } from '@nestjs/common';
import { resetAfterMs, retryAfterMs, unitsOf, type FailedAnswer, type Provider } from '@valetkey/providers';
import { Cache, Clock, Log } from '../../platform/index.js';
import { BackOff } from './back-off.js';
import { ProviderLimitsRepository } from './provider-limits.repository.js';
import { REFUSALS } from './refusal-body.js';

/** How old the pauses learnt by other processes may be. */
const NEWS_MS = 1_000;
/** The longest pause; after it a provider is tried again, whatever it asked for. */
const LONGEST_MS = 3_600_000;
const SWEEP_EVERY_MS = 600_000;
const MOST_PAUSES = 50_000;

/** The status and headers of a response, and its body if that was read. */
export interface AnswerHead {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly refusal?: unknown;
}

/**
 * Pauses that providers ask for, shared by all processes: after a 429, a 403 for rate or the last call of a window, an
 * account makes no calls until it ends. When a provider does not say how long, each further refusal makes the pause
 * longer.
 */
@Injectable()
export class ProviderPauses {
  private readonly until: Cache<number>;
  private readonly backOff: BackOff;
  private readAt: number | undefined;
  private reading: Promise<void> | undefined;
  private sweptAt = 0;

  constructor(
    private readonly rows: ProviderLimitsRepository,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.until = new Cache({ most: MOST_PAUSES, clock });
    this.backOff = new BackOff(clock);
  }

  /**
   * How long a request has to wait; 0 when it need not.
   * @param account digest of the account
   */
  async waitFor(
    { budgets = [] }: Pick<Provider, 'budgets'>,
    account: string,
    { method, path }: { readonly method: string; readonly path: string },
  ): Promise<number> {
    const now = this.clock.now();
    await this.news(now);
    if (this.until.size === 0) return 0;
    const meant = budgets.filter((budget) => unitsOf(budget, method, path) > 0).map(({ name }) => name);
    const ends = ['', ...meant].map((budget) => this.until.get(keyOf(account, budget)) ?? 0);
    return Math.max(0, Math.max(...ends) - now);
  }

  /** Records the pause that a response asks for. */
  async learn(provider: Provider, account: string, answer: AnswerHead): Promise<void> {
    const { statusCode: status, refusal } = answer;
    const now = this.clock.now();
    const mayRefuse = refusal !== undefined || REFUSALS.includes(status);
    if (!mayRefuse && answer.headers['x-ratelimit-remaining'] !== '0') {
      if (status < 400) this.backOff.onSuccess(account);
      return;
    }
    const headers = flat(answer.headers);
    const failed = { status, headers, body: refusal, now };
    const spentFor = resetAfterMs(failed);
    const askedFor = mayRefuse ? this.askedFor(provider, account, failed) : 0;
    // Where failures come with status 200, every short success has been read as one that might be a refusal.
    if (status < 400 && askedFor === 0) this.backOff.onSuccess(account);
    const waitMs = Math.min(Math.max(askedFor, spentFor ?? 0), LONGEST_MS);
    const budget = spentFor === undefined ? '' : budgetOf(provider, headers['x-ratelimit-resource']);
    if (waitMs <= 0 || budget === undefined) return;
    const pause = { account, budget, until: now + waitMs };
    this.keep(pause);
    this.log.warn('a provider wants to be left alone', { provider: provider.id, budget, waitMs });
    await this.rows.pause(pause).catch((error: unknown) => this.log.warn('a pause is not stored', { error }));
  }

  /** How long a refusal asks the account to pause; 0 if it does not. */
  private askedFor(provider: Provider, account: string, answer: FailedAnswer): number {
    const { code, isOwnLimit, retryAfterMs: wait } = provider.classifyFailure(answer);
    if (code !== 'rate_limited' || isOwnLimit) return 0;
    const isNamed = (resetAfterMs(answer) ?? retryAfterMs(answer)) !== undefined;
    return isNamed ? (wait ?? 0) : this.backOff.onFailure(account, wait);
  }

  private keep({ account, budget, until }: { account: string; budget: string; until: number }): void {
    const key = keyOf(account, budget);
    const leftMs = Math.ceil(until - this.clock.now());
    if (leftMs > 0 && until > (this.until.get(key) ?? 0)) this.until.set(key, until, { ttl: leftMs });
  }

  /** Reads the pauses of other processes, once a second; if they cannot be read, calls go on without them. */
  private async news(now: number): Promise<void> {
    if (this.readAt === undefined || now - this.readAt >= NEWS_MS) {
      this.readAt = now;
      this.reading = this.read(now)
        .catch((error: unknown) => this.log.warn('pauses cannot be read', { error }))
        .finally(() => (this.reading = undefined));
    }
    await this.reading;
  }

  private async read(now: number): Promise<void> {
    for (const pause of await this.rows.pauses(now)) this.keep(pause);
    this.until.purgeStale();
    if (now - this.sweptAt < SWEEP_EVERY_MS) return;
    this.sweptAt = now;
    await this.rows.sweep(now - SWEEP_EVERY_MS);
  }
}

const keyOf = (account: string, budget: string): string => `${account} ${budget}`;

/** The budget that a provider's header names; `undefined` for a limit that concerns none of our budgets. */
function budgetOf({ budgets = [] }: Provider, resource: string | undefined): string | undefined {
  return resource === undefined ? '' : budgets.find((budget) => budget.resource === resource)?.name;
}

function flat(headers: AnswerHead['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
