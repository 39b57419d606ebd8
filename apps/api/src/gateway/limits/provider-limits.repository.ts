import { Injectable } from '@nestjs/common';
import { Sql } from '../../platform/index.js';
import type { Lease } from './budget-lease.js';

/** Leases of one budget of one account, as they were in one version. */
export interface LeasesRow {
  readonly leases: readonly Lease[];
  readonly version: number;
}

/** Until when a provider wants no calls of an account; without `budget` it concerns all calls. */
export interface Pause {
  readonly account: string;
  readonly budget: string;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

type Pair = readonly [units: number, until: number];

const READ_LEASES = {
  name: 'budget_leases',
  text: 'SELECT leases, version FROM provider_budgets WHERE account = $1 AND budget = $2',
};

const REPLACE_LEASES = {
  name: 'replace_budget_leases',
  text: `
    INSERT INTO provider_budgets AS b (account, budget, leases, version, expires_at)
    VALUES ($1, $2, $3::jsonb, 1, to_timestamp($4::float8 / 1000))
    ON CONFLICT (account, budget) DO UPDATE
    SET leases = excluded.leases, version = b.version + 1, expires_at = excluded.expires_at
    WHERE b.version = $5
    RETURNING version`,
};

const PAUSE = {
  name: 'pause_provider',
  text: `
    INSERT INTO provider_pauses AS p (account, budget, until)
    VALUES ($1, $2, to_timestamp($3::float8 / 1000))
    ON CONFLICT (account, budget) DO UPDATE SET until = greatest(p.until, excluded.until)`,
};

const PAUSES = {
  name: 'provider_pauses',
  text: 'SELECT account, budget, until FROM provider_pauses WHERE until > to_timestamp($1::float8 / 1000)',
};

const SWEEPS = ['provider_budgets WHERE expires_at', 'provider_pauses WHERE until'].map((rows, index) => ({
  name: `sweep_provider_limits_${index}`,
  text: `DELETE FROM ${rows} < to_timestamp($1::float8 / 1000)`,
}));

/** Rate-limit state that all processes share. Accounts are stored as digests. */
@Injectable()
export class ProviderLimitsRepository {
  constructor(private readonly sql: Sql) {}

  async leases(account: string, budget: string): Promise<LeasesRow> {
    const [row] = await this.sql.run<{ leases: Pair[]; version: number }>(READ_LEASES, [account, budget]);
    return {
      leases: (row?.leases ?? []).map(([units, until]) => ({ units, until })),
      version: row?.version ?? 0,
    };
  }

  /**
   * Replaces exactly the version that was read, 0 for none.
   * @returns the new version, `undefined` if that version is gone
   */
  async replace(
    account: string,
    budget: string,
    { leases, version }: LeasesRow,
  ): Promise<number | undefined> {
    const pairs = leases.map(({ units, until }): Pair => [units, until]);
    const expiresAt = Math.max(...leases.map(({ until }) => until));
    const [row] = await this.sql.run<{ version: number }>(REPLACE_LEASES, [
      account,
      budget,
      JSON.stringify(pairs),
      expiresAt,
      version,
    ]);
    return row?.version;
  }

  /** Never shortens a pause. */
  async pause({ account, budget, until }: Pause): Promise<void> {
    await this.sql.run(PAUSE, [account, budget, until]);
  }

  async pauses(now: number): Promise<Pause[]> {
    const rows = await this.sql.run<{ account: string; budget: string; until: Date }>(PAUSES, [now]);
    return rows.map((row) => ({ ...row, until: row.until.getTime() }));
  }

  /** Deletes rows that ended before `before`. */
  async sweep(before: number): Promise<void> {
    for (const statement of SWEEPS) await this.sql.run(statement, [before]);
  }
}
