import { Inject, Injectable } from '@nestjs/common';
import { hash as hashOf } from '@node-rs/argon2';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Clock, Problem, randomSecret, sha256, type RequestTrace } from '../platform/index.js';
import { countingPassword } from './counting-password.js';
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
  private readonly decoy = hashOf(randomSecret());

  constructor(
    private readonly operators: OperatorsRepository,
    private readonly outcomes: SignInOutcomes,
    private readonly pending: PendingSignIns,
    private readonly factors: SecondFactors,
    private readonly throttle: SignInThrottle,
    private readonly clock: Clock,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /** @throws Problem 401 `invalid_credentials`, 403 `passwords_off` in its place where they are, 429 `too_many_attempts` */
  async withPassword(
    { email, password }: Credentials,
    browser: SigningBrowser,
    trace: RequestTrace,
  ): Promise<NewSession | PendingSignIn> {
    const account = email.toLowerCase();
    const known = await this.operators.findActive({ email: account });
    const device = known && knownDevice(known, browser.device);
    const attempt = { address: trace.ip, account, device };
    const hash = countingPassword(known, this.settings, this.clock.date());
    const matches = await this.throttle.judge(attempt, hash ?? (await this.decoy), password);
    // The same for every account, so that it tells of none.
    const refusal = new Problem(this.settings.passwords ? 'invalid_credentials' : 'passwords_off');
    if (!known || hash === undefined || !matches) return this.outcomes.refuse(refusal, known?.id, trace);
    const pending = await this.pendingFor(known.id);
    if (pending) return pending;
    const session = await this.outcomes.open(known, browser, {
      trace,
      // A factor that was set up while the password was verified counts.
      settle: async (tx) => !(await this.factors.hasFactor(known.id, tx)),
    });
    return session ?? this.outcomes.refuse(refusal, known.id, trace);
  }

  /** The second step of a sign-in; `undefined` for operators who have no second factor. */
  async pendingFor(operatorId: string): Promise<PendingSignIn | undefined> {
    const methods = await this.factors.methodsOf(operatorId);
    if (methods.length === 0) return undefined;
    const now = this.clock.date();
    const expiresAt = new Date(now.getTime() + PENDING_MS);
    return { pending: await this.pending.begin(operatorId, now, expiresAt), methods, expiresAt };
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
