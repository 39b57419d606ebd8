import { Injectable } from '@nestjs/common';
import { verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { addressBlock, Clock, Problem, sha256 } from '../platform/index.js';
import { SignInAttemptsRepository, type AttemptLimit } from './sign-in-attempts.repository.js';

/** A hash takes a core and 19 MiB for as long as it takes. */
const HASHES_AT_ONCE = 2;
const MOST_WAITING = 30;

/** One address cannot use up what an account has: an owner elsewhere is let in. */
const PER_ADDRESS = { capacity: 10, everyMs: 90_000 };
const PER_ACCOUNT = { capacity: 30, everyMs: 30_000 };
const PER_DEVICE = { capacity: 10, everyMs: 90_000 };

/** Who tries to sign in. */
export interface SignInAttempt {
  readonly address: string;
  readonly account: string;
  /** A device on which this account has signed in before. */
  readonly device: string | undefined;
}

/**
 * Holds guessing up. Each attempt is counted before its password is looked at, in the database, so that all that come at
 * once, to whichever process, are counted; one that succeeds is given back. Nobody is locked out: who has used up what
 * they have waits for the next, and a device that has signed in before does not wait for what others did.
 */
@Injectable()
export class SignInThrottle {
  private readonly hashes = pLimit(HASHES_AT_ONCE);

  constructor(
    private readonly attempts: SignInAttemptsRepository,
    private readonly clock: Clock,
  ) {}

  /**
   * Whether the password is the one of this hash, after the attempt was let in.
   * @throws Problem 429 `too_many_attempts`
   */
  async judge(attempt: SignInAttempt, hash: string, password: string): Promise<boolean> {
    const limits = limitsOf(attempt);
    // What was refused further on stays counted here: whoever is held up by one does not use up the other.
    for (const limit of limits) {
      const waitMs = await this.attempts.take(limit, this.clock.now());
      if (waitMs > 0) throw tooMany(waitMs);
    }
    await this.attempts.sweep(this.clock.now());
    if (attempt.device === undefined && this.hashes.pendingCount >= MOST_WAITING) throw tooMany(1_000);
    const matches = await this.hashes(() => verify(hash, password));
    if (matches) await Promise.all(limits.map((limit) => this.attempts.giveBack(limit)));
    return matches;
  }
}

function limitsOf({ address, account, device }: SignInAttempt): AttemptLimit[] {
  if (device !== undefined) return [{ ...PER_DEVICE, name: sha256(`device ${account} ${device}`) }];
  return [
    { ...PER_ADDRESS, name: sha256(`address ${addressBlock(address)}`) },
    { ...PER_ACCOUNT, name: sha256(`account ${account}`) },
  ];
}

function tooMany(waitMs: number): Problem {
  const seconds = Math.ceil(waitMs / 1000);
  return new Problem(
    429,
    'too_many_attempts',
    `Too many failed sign-ins. Try again in ${seconds} s, or on a device on which you have signed in before.`,
    { retryable: true, retryAfterMs: waitMs },
    { 'retry-after': String(seconds) },
  );
}
