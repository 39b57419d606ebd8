import { Injectable } from '@nestjs/common';
import { verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { addressBlock, Clock, Problem, retryAfterHeader, sha256 } from '../platform/index.js';
import { SignInAttemptsRepository, type AttemptLimit } from './sign-in-attempts.repository.js';

/** An Argon2id hash takes a core and 19 MiB while it runs. */
const HASHES_AT_ONCE = 2;
const MOST_WAITING = 30;

/** One address cannot use up the attempts of an account: its owner, elsewhere, can still sign in. */
const PER_ADDRESS = { capacity: 10, everyMs: 90_000 };
const PER_ACCOUNT = { capacity: 30, everyMs: 30_000 };
const PER_DEVICE = { capacity: 10, everyMs: 90_000 };
/**
 * Of 300 codes a day, three of a million each right at any moment, one hits in about three years; and their sender has
 * the password.
 */
const PER_FACTOR = { capacity: 5, everyMs: 300_000 };

/** Challenges that an address gets which is not signed in: each is a row for five minutes. */
const CHALLENGES = { capacity: 30, everyMs: 2_000 };

/** The origin of an attempt to sign in, and the account it is for. */
export interface SignInAttempt {
  readonly address: string;
  readonly account: string;
  /** A device on which this account has signed in before. */
  readonly device: string | undefined;
}

/**
 * Slows guessing down. Each attempt is counted before its password is looked at, in the database, so that simultaneous
 * attempts are counted in whichever process they arrive; one that succeeds is given back. Nobody is locked out: callers
 * whose attempts are used up wait for the next, and a device that has signed in before does not wait because of others.
 */
@Injectable()
export class SignInThrottle {
  private readonly hashes = pLimit(HASHES_AT_ONCE);

  constructor(
    private readonly attempts: SignInAttemptsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the password has this hash; it is checked only if the attempt is allowed.
   * @throws Problem 429 `too_many_attempts`
   */
  async judge(attempt: SignInAttempt, hash: string, password: string): Promise<boolean> {
    return this.counted(limitsOf(attempt), () => {
      if (attempt.device === undefined && this.hashes.pendingCount >= MOST_WAITING) throw tooMany(1_000);
      return this.hashes(() => verify(hash, password));
    });
  }

  /**
   * The result of a check of a second factor, which is made only if the attempt is allowed; `undefined` or `false` where
   * the proof is wrong.
   * @throws Problem 429 `too_many_attempts`
   */
  judgeFactor<T>(attempt: SignInAttempt, check: () => Promise<T | undefined>): Promise<T | undefined> {
    return this.counted(factorLimitsOf(attempt), check);
  }

  /** Counts a challenge for somebody who is not signed in. @throws Problem 429 `too_many_attempts` */
  async countChallenge(address: string): Promise<void> {
    const limit = { ...CHALLENGES, name: sha256(`challenge ${addressBlock(address)}`) };
    const waitMs = await this.attempts.take(limit, this.clock.now());
    if (waitMs > 0) throw tooMany(waitMs);
  }

  private async counted<T>(limits: readonly AttemptLimit[], check: () => Promise<T>): Promise<T> {
    // Attempts refused by a later limit stay counted in the earlier ones: callers held up by one limit do not use up
    // the other.
    for (const limit of limits) {
      const waitMs = await this.attempts.take(limit, this.clock.now());
      if (waitMs > 0) throw tooMany(waitMs);
    }
    await this.attempts.sweep(this.clock.now());
    const result = await check();
    if (result !== undefined && result !== false)
      await Promise.all(limits.map((limit) => this.attempts.giveBack(limit)));
    return result;
  }
}

function limitsOf({ address, account, device }: SignInAttempt): AttemptLimit[] {
  if (device !== undefined) return [{ ...PER_DEVICE, name: sha256(`device ${account} ${device}`) }];
  return [
    { ...PER_ADDRESS, name: sha256(`address ${addressBlock(address)}`) },
    { ...PER_ACCOUNT, name: sha256(`account ${account}`) },
  ];
}

function factorLimitsOf({ address, account, device }: SignInAttempt): AttemptLimit[] {
  if (device !== undefined) return [{ ...PER_FACTOR, name: sha256(`factor device ${account} ${device}`) }];
  return [
    { ...PER_ADDRESS, name: sha256(`address ${addressBlock(address)}`) },
    { ...PER_FACTOR, name: sha256(`factor ${account}`) },
  ];
}

function tooMany(waitMs: number): Problem {
  const seconds = Math.ceil(waitMs / 1000);
  return new Problem('too_many_attempts', { seconds, retryAfterMs: waitMs }, retryAfterHeader(waitMs));
}
