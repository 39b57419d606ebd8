import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import type { Problem, RequestTrace } from '../platform/index.js';
import { deviceProof, knownDevice } from './known-device.js';
import { csrfTokenOf, OperatorSessions, type Opening } from './operator-sessions.js';
import type { ActiveOperator, Operator } from './operators.repository.js';

/** The session as its browser gets it after sign-in: the cookie's value and the token of the CSRF header. */
export interface NewSession {
  readonly operator: Operator;
  readonly token: string;
  readonly csrfToken: string;
  /**
   * The proof of a known device that the browser sends at the next sign-in, so that it need not wait because of others'
   * attempts. None for accounts without a password.
   */
  readonly device: string | undefined;
  /** Whether the issuer of single sign-on has asked for a second factor. */
  readonly hasIssuerFactor: boolean;
}

/** The browser that signs in. */
export interface SigningBrowser {
  /** The proof that this browser got when this account signed in on it before. */
  readonly device?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** The two ends of every sign-in: a session, or a refusal that is on record. */
@Injectable()
export class SignInOutcomes {
  constructor(
    private readonly sessions: OperatorSessions,
    private readonly audit: Audit,
  ) {}

  /** @returns `undefined` when the account was changed meanwhile */
  async open(
    account: ActiveOperator,
    { device, userAgent }: SigningBrowser,
    opening: Omit<Opening, 'userAgent'>,
  ): Promise<NewSession | undefined> {
    const token = await this.sessions.open(account, { ...opening, userAgent });
    if (token === undefined) return undefined;
    const { id, email, role } = account;
    return {
      operator: { id, email, role },
      token,
      csrfToken: csrfTokenOf(token),
      hasIssuerFactor: opening.hasIssuerFactor ?? false,
      device: deviceProof(account, knownDevice(account, device)),
    };
  }

  async refuse(problem: Problem, operatorId: string | undefined, trace: RequestTrace): Promise<never> {
    await this.recordRefusal({ code: problem.code }, operatorId, trace);
    throw problem;
  }

  async recordRefusal(
    detail: Readonly<Record<string, unknown>>,
    operatorId: string | undefined,
    trace: RequestTrace,
  ): Promise<void> {
    await this.audit.record({
      type: 'operator.sign_in_failed',
      outcome: 'denied',
      actor: { type: 'operator', id: operatorId ?? 'unknown' },
      detail,
      ...trace,
    });
  }
}
