import { Injectable } from '@nestjs/common';
import { Sql } from '../platform/index.js';

/** A limit of attempts (a token bucket): `capacity` at once, then one each `everyMs`. */
export interface AttemptLimit {
  /** The address, account or device that is limited, as SHA-256. */
  readonly name: Uint8Array;
  readonly capacity: number;
  readonly everyMs: number;
}

/** Counts an attempt if it is allowed; two at the same moment are counted one after the other, in whichever process. */
const TAKE = {
  name: 'take_sign_in_attempt',
  text: `
    INSERT INTO sign_in_attempts AS a (name, full_at)
    VALUES ($1, to_timestamp(($2::float8 + $3::float8) / 1000))
    ON CONFLICT (name) DO UPDATE
    SET full_at = greatest(a.full_at, to_timestamp($2::float8 / 1000)) + $3::float8 * interval '1 millisecond'
    WHERE a.full_at <= to_timestamp(($2::float8 + ($4::int - 1) * $3::float8) / 1000)
    RETURNING name`,
};

const FULL_AT = {
  name: 'sign_in_attempts_full_at',
  text: 'SELECT full_at AS "fullAt" FROM sign_in_attempts WHERE name = $1',
};

const GIVE_BACK = {
  name: 'give_sign_in_attempt_back',
  text: `UPDATE sign_in_attempts SET full_at = full_at - $2::float8 * interval '1 millisecond' WHERE name = $1`,
};

const SWEEP = {
  name: 'sweep_sign_in_attempts',
  text: 'DELETE FROM sign_in_attempts WHERE full_at < to_timestamp($1::float8 / 1000)',
};

/** Attempts to sign in, counted by all processes together. Addresses and accounts are stored as digests. */
@Injectable()
export class SignInAttemptsRepository {
  constructor(private readonly sql: Sql) {}

  /**
   * Counts an attempt if it is allowed.
   * @returns 0, or how long it has to wait in milliseconds; then it is not counted
   */
  async take({ name, capacity, everyMs }: AttemptLimit, now: number): Promise<number> {
    const taken = await this.sql.run(TAKE, [name, now, everyMs, capacity]);
    if (taken.length > 0) return 0;
    const [row] = await this.sql.run<{ fullAt: Date }>(FULL_AT, [name]);
    return Math.max(1, (row?.fullAt.getTime() ?? now) - now - (capacity - 1) * everyMs);
  }

  async giveBack({ name, everyMs }: AttemptLimit): Promise<void> {
    await this.sql.run(GIVE_BACK, [name, everyMs]);
  }

  /** Deletes the rows of buckets that are full again. */
  async sweep(now: number): Promise<void> {
    await this.sql.run(SWEEP, [now]);
  }
}
