import { Injectable } from '@nestjs/common';
import type { RequestTrace } from '../../platform/index.js';
import type { OwnAccount } from '../factors/factor-changes.js';
import { Reauthentication } from '../factors/reauthentication.js';
import { SecondFactors } from '../factors/second-factors.js';
import { SignInOutcomes, type NewSession, type SigningBrowser } from '../sign-in-outcomes.js';
import { SignIn, type PendingSignIn } from '../sign-in.js';
import { IdentitiesRepository } from './identities.repository.js';
import { SsoRefusal, type IssuerPerson } from './issuer-person.js';
import { KnownPeople } from './known-people.js';

/** The clocks of the issuer and of this server may differ by this much. */
const LEEWAY_MS = 60_000;

/** A proof for which an open session has sent its person to the issuer. */
export interface AskedProof {
  readonly own: OwnAccount;
  readonly askedAt: Date;
}

/** Lets people in whom the issuer of single sign-on has named. */
@Injectable()
export class IssuerSignIn {
  constructor(
    private readonly people: KnownPeople,
    private readonly identities: IdentitiesRepository,
    private readonly outcomes: SignInOutcomes,
    private readonly signIns: SignIn,
    private readonly factors: SecondFactors,
    private readonly reauthentication: Reauthentication,
  ) {}

  /**
   * A second factor of the operator's own is asked for, unless the issuer has asked for one.
   * @throws SsoRefusal
   */
  async signIn(
    person: IssuerPerson,
    browser: SigningBrowser,
    trace: RequestTrace,
  ): Promise<NewSession | PendingSignIn> {
    const account = await this.people.resolve(person, trace);
    const { hasFactor, issuer } = person;
    const pending = hasFactor ? undefined : await this.signIns.pendingFor(account.id);
    if (pending) return pending;
    const session = await this.outcomes.open(account, browser, {
      trace,
      hasIssuerFactor: hasFactor,
      settle: async (tx) => hasFactor || !(await this.factors.hasFactor(account.id, tx)),
      detail: { method: 'single_sign_on', issuer, role: account.role, ...(hasFactor && { mfa: true }) },
    });
    if (!session) throw new SsoRefusal('over', account.id);
    return session;
  }

  /**
   * The person of a session has proven at the issuer who they are, after they were asked for it.
   * @throws SsoRefusal, Problem 401 when the session has ended
   */
  async prove(person: IssuerPerson, { own, askedAt }: AskedProof, trace: RequestTrace): Promise<void> {
    if ((await this.identities.findOperator(person)) !== own.id) throw new SsoRefusal('other_person', own.id);
    if (!(await this.reauthentication.waysOf(own.id)).includes('single_sign_on'))
      throw new SsoRefusal('over', own.id);
    // The role counts again, too: a proof is no way around a right that the issuer has taken away.
    await this.people.resolve(person, trace);
    const { authenticatedAt } = person;
    if (!authenticatedAt || authenticatedAt.getTime() < askedAt.getTime() - LEEWAY_MS)
      throw new SsoRefusal('not_asked_again', own.id);
    const actor = { type: 'operator', id: own.id } as const;
    await this.reauthentication.proven(own, 'single_sign_on', { actor, trace });
  }

  /** Has it on record that somebody was not let in. */
  refused({ reason, operatorId }: SsoRefusal, trace: RequestTrace): Promise<void> {
    return this.outcomes.recordRefusal({ method: 'single_sign_on', reason }, operatorId, trace);
  }
}
