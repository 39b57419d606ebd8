import { Inject, Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { Audit, type NewAuditEvent } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  Clock,
  newId,
  notFound,
  Problem,
  randomSecret,
  sha256,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import type { ChangedBy } from './changed-by.js';
import { deviceProof, knownDevice } from './known-device.js';
import {
  OperatorSessionsRepository,
  type OpenSession,
  type OperatorSession,
  type SessionTimes,
} from './operator-sessions.repository.js';
import { OperatorsRepository, type Operator } from './operators.repository.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** How long a browser is known after a sign-in. */
export const DEVICE_MS = 180 * 24 * 60 * 60_000;

/** The last use of a session is stored this often at most. */
const USED_EVERY_MS = 60_000;

const LONGEST_USER_AGENT = 400;

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
  /** The proof that this browser got when this account signed in on it before. */
  readonly device?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** Signs operators in with Argon2id passwords and knows their sessions, whose cookies are stored as hashes. */
@Injectable()
export class OperatorSessions {
  /** Verified against when the e-mail is unknown, so that both failures take as long. */
  private readonly decoy = hash(randomSecret());

  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly operators: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly throttle: SignInThrottle,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 401 `invalid_credentials`, 429 `too_many_attempts` */
  async signIn(
    { email, password, device, userAgent }: Credentials,
    trace: RequestTrace,
  ): Promise<NewSession> {
    const account = email.toLowerCase();
    const known = await this.operators.findByEmail(account);
    const attempt = { address: trace.ip, account, device: known && knownDevice(known, device) };
    const matches = await this.throttle.judge(attempt, known?.passwordHash ?? (await this.decoy), password);
    const token = known && matches ? await this.open(known, userAgent, trace) : undefined;
    if (!known || token === undefined) {
      await this.audit.record({
        type: 'operator.sign_in_failed',
        outcome: 'denied',
        actor: { type: 'operator', id: known?.id ?? 'unknown' },
        ...trace,
      });
      throw new Problem('invalid_credentials');
    }
    return {
      operator: { id: known.id, email: known.email, role: known.role },
      token,
      csrfToken: csrfTokenOf(token),
      device: deviceProof(known, attempt.device),
    };
  }

  async signOut(token: string, caller: Caller, trace: RequestTrace): Promise<void> {
    await this.audit.record({
      type: 'operator.signed_out',
      outcome: 'succeeded',
      actor: { type: 'operator', id: caller.id },
      ...trace,
    });
    await this.sessions.deleteByToken(token);
  }

  /**
   * The session behind a cookie, unless it is unknown or over.
   * @param isUse whether a person does this; what an open page reads by itself does not keep a session open
   */
  async findSession(token: string, isUse: boolean): Promise<OpenSession | undefined> {
    const times = this.times();
    const session = await this.sessions.findSession(token, times);
    if (session && isUse && times.now.getTime() - session.lastUsedAt.getTime() >= USED_EVERY_MS)
      await this.sessions.used(session.id, times.now);
    return session;
  }

  /** The open sessions of an operator, the one used last first. */
  listOpen(operatorId: string): Promise<OperatorSession[]> {
    return this.sessions.listOpen(operatorId, this.times());
  }

  /** @throws Problem 404 for a session that is not this operator's */
  async end(operatorId: string, id: string, by: ChangedBy): Promise<void> {
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.sessions.delete(tx, operatorId, id))) throw notFound('session');
      await this.audit.recordIn(tx, ended(operatorId, { sessionId: id }, by));
    });
  }

  /** Ends all sessions of an operator, but for the one that is named. */
  async endAll(operatorId: string, by: ChangedBy, except?: string): Promise<void> {
    await this.operators.inTransaction(async (tx) => {
      const sessions = await this.sessions.deleteAll(tx, operatorId, except);
      await this.audit.recordIn(tx, ended(operatorId, { sessions }, by));
    });
  }

  private async open(
    { id, passwordHash }: { id: string; passwordHash: string },
    userAgent: string | undefined,
    trace: RequestTrace,
  ): Promise<string | undefined> {
    const times = this.times();
    await this.sessions.deleteOver(times);
    const token = randomSecret();
    const session = {
      id: newId('ops'),
      token,
      createdAt: times.now,
      lastUsedAt: times.now,
      expiresAt: new Date(times.now.getTime() + this.settings.operatorSessions.lifeMs),
      ip: trace.ip,
      userAgent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
    };
    const isOpen = await this.sessions.add(session, { id, passwordHash }, (tx) =>
      this.audit.recordIn(tx, {
        type: 'operator.signed_in',
        outcome: 'succeeded',
        actor: { type: 'operator', id },
        detail: { sessionId: session.id },
        ...trace,
      }),
    );
    return isOpen ? token : undefined;
  }

  private times(): SessionTimes {
    const now = this.clock.date();
    return { now, usedSince: new Date(now.getTime() - this.settings.operatorSessions.idleMs) };
  }
}

function ended(operatorId: string, detail: Record<string, unknown>, by: ChangedBy): NewAuditEvent {
  return {
    type: 'operator.session_ended',
    outcome: 'succeeded',
    actor: by.actor,
    detail: { operatorId, ...detail },
    ...by.trace,
  };
}

/** The CSRF token follows from the cookie's value, which no other site can read. */
export function csrfTokenOf(sessionToken: string): string {
  return sha256(`csrf ${sessionToken}`).toString('base64url');
}
