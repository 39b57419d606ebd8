import { Inject, Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { Audit } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  Clock,
  newId,
  Problem,
  randomSecret,
  sameSecret,
  sha256,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { deviceProof, knownDevice } from './known-device.js';
import { OperatorsRepository, type Operator } from './operators.repository.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** How long a browser is known after a sign-in. */
export const DEVICE_MS = 180 * 24 * 60 * 60_000;

/** How long a sign-in at the dashboard lasts. */
export const SESSION_MS = 12 * 60 * 60_000;

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

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly device?: string | undefined;
}

/** Signs operators in with Argon2id passwords and knows their sessions; cookies and keys are stored as hashes. */
@Injectable()
export class OperatorsService {
  private readonly apiKeyHash: Buffer | undefined;
  /** Verified against when the e-mail is unknown, so that both failures take as long. */
  private readonly decoy = hash(randomSecret());

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly repository: OperatorsRepository,
    private readonly throttle: SignInThrottle,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {
    this.apiKeyHash = settings.operatorApiKey ? sha256(settings.operatorApiKey) : undefined;
  }

  /**
   * Creates the first owner when there is no operator yet.
   * @returns how to sign in, to be printed once; `undefined` when an operator exists
   */
  async ensureFirstOwner(): Promise<{ email: string; password: string } | undefined> {
    if ((await this.repository.count()) > 0) return undefined;
    const email = (this.settings.operatorEmail ?? 'owner@localhost').toLowerCase();
    const password = this.settings.operatorPassword ?? randomSecret(12);
    const operator = { id: newId('opr'), email, role: 'owner' as const };
    const created = await this.repository.create({ ...operator, passwordHash: await hash(password) }, (tx) =>
      this.audit.recordIn(tx, {
        type: 'operator.created',
        outcome: 'succeeded',
        actor: { type: 'system', id: 'start' },
        detail: { operatorId: operator.id, role: 'owner' },
      }),
    );
    return created ? { email, password } : undefined;
  }

  /**
   * @param device the proof that this browser got when this account signed in on it before
   * @throws Problem 401 `invalid_credentials`, 429 `too_many_attempts`
   */
  async signIn({ email, password, device }: Credentials, trace: RequestTrace): Promise<NewSession> {
    const account = email.toLowerCase();
    const known = await this.repository.findByEmail(account);
    const attempt = { address: trace.ip, account, device: known && knownDevice(known, device) };
    const matches = await this.throttle.judge(attempt, known?.passwordHash ?? (await this.decoy), password);
    if (!known || !matches) {
      await this.audit.record({
        type: 'operator.sign_in_failed',
        outcome: 'denied',
        actor: { type: 'operator', id: known?.id ?? 'unknown' },
        ...trace,
      });
      throw new Problem('invalid_credentials');
    }
    const session = await this.openSession({ id: known.id, email: known.email, role: known.role }, trace);
    return { ...session, device: deviceProof(known, attempt.device) };
  }

  async signOut(token: string, caller: Caller, trace: RequestTrace): Promise<void> {
    await this.audit.record({
      type: 'operator.signed_out',
      outcome: 'succeeded',
      actor: { type: 'operator', id: caller.id },
      ...trace,
    });
    await this.repository.deleteSession(token);
  }

  /** The session behind a cookie, unless it is unknown or over. */
  session(token: string): Promise<Operator | undefined> {
    return this.repository.findSession(token, this.clock.date());
  }

  isApiKey(bearer: string): boolean {
    return this.apiKeyHash !== undefined && sameSecret(this.apiKeyHash, sha256(bearer));
  }

  private async openSession(operator: Operator, trace: RequestTrace): Promise<Omit<NewSession, 'device'>> {
    await this.audit.record({
      type: 'operator.signed_in',
      outcome: 'succeeded',
      actor: { type: 'operator', id: operator.id },
      ...trace,
    });
    const now = this.clock.now();
    await this.repository.deleteExpiredSessions(new Date(now));
    const token = randomSecret();
    const csrfToken = csrfTokenOf(token);
    await this.repository.addSession({
      token,
      operatorId: operator.id,
      expiresAt: new Date(now + SESSION_MS),
    });
    return { operator, token, csrfToken };
  }
}

/** The CSRF token follows from the cookie's value, which no other site can read. */
export function csrfTokenOf(sessionToken: string): string {
  return sha256(`csrf ${sessionToken}`).toString('base64url');
}
