import { Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { Clock, Problem, randomSecret, sha256, type RequestTrace } from '../platform/index.js';
import { PendingSignIns } from './factors/pending-sign-ins.repository.js';
import { SecondFactors, type FactorMethod, type FactorProof } from './factors/second-factors.js';
import { knownDevice } from './known-device.js';
import { OperatorsRepository } from './operators.repository.js';
import type { ChallengeOwner } from './passkeys/passkey-ceremonies.js';
import { SignInOutcomes, type NewSession, type SigningBrowser } from './sign-in-outcomes.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** How long there is between the password and the second factor. */
export const PENDING_MS = 5 * 60_000;

/** The password was right; the second factor is outstanding. */
export interface PendingSignIn {
  /** For a cookie of the browser that signs in. */
  readonly pending: string;
  readonly methods: readonly FactorMethod[];
  readonly expiresAt: Date;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** Signs operators in, with an Argon2id password and, where they have one, the second factor. */
@Injectable()
export class SignIn {
  /** Verified against when the e-mail is unknown, so that both failures take as long. */
  private readonly decoy = hash(randomSecret());

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly outcomes: SignInOutcomes,
    private readonly pending: PendingSignIns,
    private readonly factors: SecondFactors,
    private readonly throttle: SignInThrottle,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 401 `invalid_credentials`, 429 `too_many_attempts` */
  async withPassword(
    { email, password }: Credentials,
    browser: SigningBrowser,
    trace: RequestTrace,
  ): Promise<NewSession | PendingSignIn> {
    const account = email.toLowerCase();
    const known = await this.operators.findActive({ email: account });
    const device = known && knownDevice(known, browser.device);
    const attempt = { address: trace.ip, account, device };
    const matches = await this.throttle.judge(attempt, known?.passwordHash ?? (await this.decoy), password);
    if (!known || !matches) return this.outcomes.refuse(new Problem('invalid_credentials'), known?.id, trace);
    const methods = await this.factors.methodsOf(known.id);
    if (methods.length > 0) {
      const now = this.clock.date();
      const expiresAt = new Date(now.getTime() + PENDING_MS);
      return { pending: await this.pending.begin(known.id, now, expiresAt), methods, expiresAt };
    }
    const session = await this.outcomes.open(known, browser, {
      trace,
      // A factor that was set up while the password was verified counts.
      settle: async (tx) => !(await this.factors.hasFactor(known.id, tx)),
    });
    return session ?? this.outcomes.refuse(new Problem('invalid_credentials'), known.id, trace);
  }

  /** @throws Problem 401 `sign_in_over`, 403 `wrong_code`, 429 `too_many_attempts` */
  async withFactor(
    pending: string | undefined,
    proof: FactorProof,
    browser: SigningBrowser,
    trace: RequestTrace,
  ): Promise<NewSession> {
    const id = pending === undefined ? undefined : await this.pending.attempt(pending, this.clock.date());
    const account = id === undefined ? undefined : await this.operators.findActive({ id });
    if (pending === undefined || !account)
      return this.outcomes.refuse(new Problem('sign_in_over'), id, trace);
    const method = await this.factors.judge(account.id, proof, {
      address: trace.ip,
      device: knownDevice(account, browser.device),
      challenge: challengeOwner(pending),
    });
    if (!method)
      return this.outcomes.refuse(
        new Problem('passkey' in proof ? 'wrong_passkey' : 'wrong_code'),
        account.id,
        trace,
      );
    const session = await this.outcomes.open(account, browser, {
      trace,
      settle: (tx) => this.pending.end(tx, pending),
      detail: { secondFactor: method },
    });
    return session ?? this.outcomes.refuse(new Problem('sign_in_over'), account.id, trace);
  }

  /**
   * A challenge for a passkey as the second factor.
   * @throws Problem 401 `sign_in_over`, 409 `no_second_factor`, 429 `too_many_attempts`
   */
  async factorChallenge(pending: string | undefined, { ip }: RequestTrace) {
    await this.throttle.countChallenge(ip);
    const id =
      pending === undefined ? undefined : await this.pending.findOperator(pending, this.clock.date());
    if (pending === undefined || id === undefined) throw new Problem('sign_in_over');
    return this.factors.passkeyOptions(id, challengeOwner(pending));
  }
}

/** The secret of the browser is in no row. */
function challengeOwner(pending: string): ChallengeOwner {
  return `second factor ${sha256(pending).toString('hex')}`;
}
