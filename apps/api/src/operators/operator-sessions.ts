import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  Clock,
  newId,
  notFound,
  randomSecret,
  sha256,
  type Caller,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { changeEvent, type ChangedBy } from './changed-by.js';
import {
  OperatorSessionsRepository,
  type OpenSession,
  type OperatorSession,
  type SessionTimes,
} from './operator-sessions.repository.js';
import { OperatorsRepository, type OperatorCredentialState } from './operators.repository.js';

/** How long a browser is known after a sign-in. */
export const DEVICE_MS = 180 * 24 * 60 * 60_000;

/** The last use of a session is stored this often at most. */
const USED_EVERY_MS = 60_000;

const LONGEST_USER_AGENT = 400;

/** How a session comes to be opened. */
export interface Opening {
  /** Runs in the same transaction; `false` opens none. */
  readonly settle: (tx: Transaction) => Promise<boolean>;
  /** How it was proven, for the log. */
  readonly detail?: Readonly<Record<string, unknown>> | undefined;
  readonly userAgent?: string | undefined;
  /** Whether the issuer of single sign-on said that it had asked for a second factor. */
  readonly hasIssuerFactor?: boolean;
  readonly trace: RequestTrace;
}

/** The account was changed while a session was about to be opened. */
class Unsettled extends Error {}

/** Opens the sessions of operators, whose cookies are stored as hashes, and knows them. */
@Injectable()
export class OperatorSessions {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly operators: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

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
      await this.audit.recordIn(tx, changeEvent('operator.session_ended', { operatorId, sessionId: id }, by));
    });
  }

  /** Ends all sessions of an operator, but for the one that is named. */
  async endAll(operatorId: string, by: ChangedBy, except?: string): Promise<void> {
    await this.operators.inTransaction(async (tx) => {
      const sessions = await this.sessions.deleteAll(tx, operatorId, except);
      await this.audit.recordIn(tx, changeEvent('operator.session_ended', { operatorId, sessions }, by));
    });
  }

  /**
   * Opens a session for the operator whose credentials these still are.
   * @returns the cookie's value, `undefined` when the account was changed meanwhile
   */
  async open(
    account: OperatorCredentialState & { readonly id: string },
    { settle, detail, userAgent, trace, hasIssuerFactor = false }: Opening,
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
      hasIssuerFactor,
    };
    const isOpen = this.sessions.add(session, account, async (tx) => {
      if (!(await settle(tx))) throw new Unsettled();
      await this.audit.recordIn(tx, {
        type: 'operator.signed_in',
        outcome: 'succeeded',
        actor: { type: 'operator', id: account.id },
        detail: { sessionId: session.id, ...detail },
        ...trace,
      });
    });
    try {
      return (await isOpen) ? token : undefined;
    } catch (error) {
      if (error instanceof Unsettled) return undefined;
      throw error;
    }
  }

  /** Whether the person of a session has proven who they are lately. */
  proofOf({ provenAt }: OpenSession): { isFresh: boolean; maxAge: number } {
    const { proofMs } = this.settings.operatorSessions;
    return { isFresh: this.clock.now() - provenAt.getTime() < proofMs, maxAge: proofMs / 1000 };
  }

  private times(): SessionTimes {
    const now = this.clock.date();
    return { now, usedSince: new Date(now.getTime() - this.settings.operatorSessions.idleMs) };
  }
}

/** The CSRF token follows from the cookie's value, which no other site can read. */
export function csrfTokenOf(sessionToken: string): string {
  return sha256(`csrf ${sessionToken}`).toString('base64url');
}
