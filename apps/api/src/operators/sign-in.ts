import { Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { Audit } from '../audit/index.js';
import { Clock, Problem, randomSecret, type RequestTrace, type Transaction } from '../platform/index.js';
import { PendingSignIns } from './factors/pending-sign-ins.repository.js';
import { SecondFactors, type FactorMethod, type FactorProof } from './factors/second-factors.js';
import { deviceProof, knownDevice } from './known-device.js';
import { csrfTokenOf, OperatorSessions } from './operator-sessions.js';
import { OperatorsRepository, type ActiveOperator, type Operator } from './operators.repository.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** How long there is between the password and the second factor. */
export const PENDING_MS = 5 * 60_000;

/** The session as its browser gets it after sign-in: the cookie's value and the token of the CSRF header. */
export interface NewSession {
  readonly operator: Operator;
  readonly token: string;
  readonly csrfToken: string;
  /**
   * The proof of a known device that the browser sends at the next sign-in, so that it need not wait because of others'
   * attempts.
   */
  readonly device: string;
}

/** The password was right; the second factor is outstanding. */
export interface PendingSignIn {
  /** For a cookie of the browser that signs in. */
  readonly pending: string;
  readonly methods: readonly FactorMethod[];
  readonly expiresAt: Date;
}

/** The browser that signs in. */
export interface SigningBrowser {
  /** The proof that this browser got when this account signed in on it before. */
  readonly device?: string | undefined;
  readonly userAgent?: string | undefined;
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
    private readonly sessions: OperatorSessions,
    private readonly pending: PendingSignIns,
    private readonly factors: SecondFactors,
    private readonly throttle: SignInThrottle,
    private readonly audit: Audit,
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
    if (!known || !matches) return this.refuse(new Problem('invalid_credentials'), known?.id, trace);
    const methods = await this.factors.methodsOf(known.id);
    if (methods.length > 0) {
      const now = this.clock.date();
      const expiresAt = new Date(now.getTime() + PENDING_MS);
      return { pending: await this.pending.begin(known.id, now, expiresAt), methods, expiresAt };
    }
    const session = await this.open(known, browser, trace, {
      // A factor that was set up while the password was verified counts.
      settle: async (tx) => !(await this.factors.hasFactor(known.id, tx)),
    });
    return session ?? this.refuse(new Problem('invalid_credentials'), known.id, trace);
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
    if (pending === undefined || !account) return this.refuse(new Problem('sign_in_over'), id, trace);
    const origin = { address: trace.ip, device: knownDevice(account, browser.device) };
    const method = await this.factors.judge(account.id, proof, origin);
    if (!method) return this.refuse(new Problem('wrong_code'), account.id, trace);
    const session = await this.open(account, browser, trace, {
      settle: (tx) => this.pending.end(tx, pending),
      secondFactor: method,
    });
    return session ?? this.refuse(new Problem('sign_in_over'), account.id, trace);
  }

  private async open(
    account: ActiveOperator,
    { device, userAgent }: SigningBrowser,
    trace: RequestTrace,
    how: { settle: (tx: Transaction) => Promise<boolean>; secondFactor?: FactorMethod },
  ): Promise<NewSession | undefined> {
    const token = await this.sessions.open(account, { ...how, userAgent, trace });
    if (token === undefined) return undefined;
    const { id, email, role } = account;
    return {
      operator: { id, email, role },
      token,
      csrfToken: csrfTokenOf(token),
      device: deviceProof(account, knownDevice(account, device)),
    };
  }

  private async refuse(
    problem: Problem,
    operatorId: string | undefined,
    trace: RequestTrace,
  ): Promise<never> {
    await this.audit.record({
      type: 'operator.sign_in_failed',
      outcome: 'denied',
      actor: { type: 'operator', id: operatorId ?? 'unknown' },
      detail: { code: problem.code },
      ...trace,
    });
    throw problem;
  }
}
