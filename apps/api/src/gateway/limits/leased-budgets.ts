import { Injectable } from '@nestjs/common';
import { unitsOf, type Budget, type Provider } from '@valetkey/providers';
import { Cache, Clock, SingleFlight } from '../../platform/index.js';
import { take, type Block } from './budget-lease.js';
import { ProviderLimitsRepository, type LeasesRow } from './provider-limits.repository.js';

/** The most of a budget that a process takes at once. */
const LARGEST_BLOCK = 0.05;
const MOST_HOLDINGS = 20_000;

/** The part of one account's budget that this process holds. */
interface Holding {
  readonly account: string;
  readonly budget: Budget;
  left: number;
  spendUntil: number;
  /** Size of the last block: when one is spent in time, the next is twice as large. */
  taken: number;
  /** As last read; another process may have changed it since. */
  row: LeasesRow | undefined;
}

/**
 * Budgets of accounts, shared by all processes: a process takes blocks of units from the row in the database and spends
 * them without asking. A busy process takes larger blocks, so that few calls write.
 */
@Injectable()
export class LeasedBudgets {
  private readonly holdings = new Cache<Holding>({ most: MOST_HOLDINGS });
  /** Resolves to the time to wait when no block can be taken. */
  private readonly taking = new SingleFlight<number>();

  constructor(
    private readonly rows: ProviderLimitsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Spends the cost of a request, if the process has it or can get it.
   * @param account digest of the account
   * @returns 0 when it is spent, else the milliseconds to wait, and nothing is spent
   */
  async spend(
    { budgets = [] }: Pick<Provider, 'budgets'>,
    account: string,
    { method, path }: { readonly method: string; readonly path: string },
  ): Promise<number> {
    const asked = budgets
      .map((budget) => ({ units: unitsOf(budget, method, path), holding: this.holding(account, budget) }))
      .filter(({ units }) => units > 0);
    for (;;) {
      const now = this.clock.now();
      const short = asked.filter(({ units, holding }) => !has(holding, units, now));
      if (short.length === 0) break;
      const waits = await Promise.all(short.map(({ units, holding }) => this.more(holding, units)));
      const longest = Math.max(...waits);
      if (longest > 0) return longest;
    }
    for (const { units, holding } of asked) holding.left -= units;
    return 0;
  }

  /** Callers that arrive while a block is being taken wait for it, then check again. */
  private more(holding: Holding, units: number): Promise<number> {
    return this.taking.run(keyOf(holding), () => this.takeMore(holding, units));
  }

  private async takeMore(holding: Holding, needed: number): Promise<number> {
    const { account, budget } = holding;
    const now = this.clock.now();
    const isBusy = holding.taken > 0 && now < holding.spendUntil;
    // A row whose leases are over may have been deleted, and another one may be in its place.
    if (now >= holding.spendUntil + budget.windowMs) holding.row = undefined;
    const preferred = isBusy ? Math.min(2 * holding.taken, Math.floor(budget.units * LARGEST_BLOCK)) : needed;
    for (;;) {
      const row = holding.row ?? (await this.rows.leases(account, budget.name));
      const taking = take(row.leases, budget, { needed, preferred, now: this.clock.now() });
      if ('waitMs' in taking && !holding.row) return taking.waitMs;
      holding.row = undefined;
      if ('waitMs' in taking) continue;
      const version = await this.rows.replace(account, budget.name, { ...row, leases: taking.leases });
      if (version === undefined) continue;
      holding.row = { leases: taking.leases, version };
      add(holding, taking.block, this.clock.now());
      return 0;
    }
  }

  private holding(account: string, budget: Budget): Holding {
    const key = keyOf({ account, budget });
    const known = this.holdings.get(key);
    if (known) return known;
    const fresh: Holding = {
      account,
      budget,
      left: 0,
      spendUntil: 0,
      taken: 0,
      row: undefined,
    };
    this.holdings.set(key, fresh);
    return fresh;
  }
}

function keyOf({ account, budget }: Pick<Holding, 'account' | 'budget'>): string {
  return `${account} ${budget.name}`;
}

function has({ left, spendUntil }: Holding, units: number, now: number): boolean {
  return left >= units && now < spendUntil;
}

/** The rest of the block before keeps its earlier deadline. */
function add(holding: Holding, { units, spendUntil }: Block, now: number): void {
  const isOver = holding.left === 0 || now >= holding.spendUntil;
  holding.left = units + (isOver ? 0 : holding.left);
  holding.spendUntil = isOver ? spendUntil : Math.min(holding.spendUntil, spendUntil);
  holding.taken = units;
}
