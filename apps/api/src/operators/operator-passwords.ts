import { Inject, Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { Audit } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  Clock,
  notFound,
  Problem,
  type OperatorRole,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import type { ChangedBy } from './changed-by.js';
import { countingPassword } from './counting-password.js';
import { FactorChanges } from './factors/factor-changes.js';
import { OperatorSessionsRepository } from './operator-sessions.repository.js';
import { OperatorsRepository } from './operators.repository.js';
import { newLink, type PasswordLink } from './password-link.js';
import { SignInThrottle } from './sign-in-throttle.js';

/** The purpose of a link, shown to its holder before they use it. */
export interface LinkPurpose {
  readonly email: string;
  readonly role: OperatorRole;
  readonly purpose: 'invitation' | 'reset';
  readonly until: Date;
}

/** Sets and changes passwords. Each change ends the sessions that were opened with the one before. */
@Injectable()
export class OperatorPasswords {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly operators: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly throttle: SignInThrottle,
    private readonly factors: FactorChanges,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Changes the own password; the session that asks goes on, all others end.
   * @throws Problem 403 `wrong_password` or `passwords_off`, 409 `no_password`, 429 `too_many_attempts`
   */
  async change(
    own: { readonly id: string; readonly sessionId: string },
    { current, password }: { readonly current: string; readonly password: string },
    by: ChangedBy & { readonly trace: RequestTrace },
  ): Promise<void> {
    const known = await this.operators.findActive({ id: own.id });
    if (!known) throw new Problem('authentication_required.session');
    const from = countingPassword(known, this.settings, this.clock.date());
    if (from === undefined) throw new Problem(this.settings.passwords ? 'no_password' : 'passwords_off');
    const attempt = { address: by.trace.ip, account: known.email, device: undefined };
    if (!(await this.throttle.judge(attempt, from, current))) throw new Problem('wrong_password').asDenial();
    const passwordHash = await hash(password);
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.operators.changePassword(tx, own.id, from, passwordHash)))
        throw new Problem('wrong_password').asDenial();
      await this.changed(tx, { operatorId: own.id, by: 'account' }, by, own.sessionId);
    });
  }

  /** @throws Problem 410 `link_over` */
  async lookUp(token: string): Promise<LinkPurpose> {
    const found = await this.operators.findByLink(token, this.clock.date());
    if (!found?.linkUntil) throw new Problem('link_over');
    const { email, role, hasAccepted, linkUntil } = found;
    return { email, role, purpose: hasAccepted ? 'reset' : 'invitation', until: linkUntil };
  }

  /**
   * Sets the password of the operator whom the link is for, and removes second factors: a reset is for somebody who lost
   * either. It works once.
   * @throws Problem 410 `link_over`
   */
  async useLink(token: string, password: string, trace: RequestTrace): Promise<void> {
    const found = await this.operators.findByLink(token, this.clock.date());
    if (!found) throw new Problem('link_over');
    const passwordHash = await hash(password);
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.operators.useLink(tx, token, passwordHash, this.clock.date())))
        throw new Problem('link_over');
      const by = { actor: { type: 'operator', id: found.id }, trace } as const;
      await this.changed(tx, { operatorId: found.id, by: found.hasAccepted ? 'reset' : 'invitation' }, by);
      await this.factors.removeAll(tx, found.id, by);
    });
  }

  /**
   * A link by which an operator sets a new password, without a second factor, for the command on the machine. Until it is
   * used all is as it was.
   * @throws Problem 404 `not_found`
   */
  async reset(email: string, by: ChangedBy): Promise<PasswordLink> {
    const { token, link } = newLink(this.settings.publicUrl, this.clock.now());
    const found = await this.operators.findAccount({ email: email.toLowerCase() });
    if (!found) throw notFound('operator');
    await this.operators.inTransaction(async (tx) => {
      await this.operators.setLink(tx, found.id, { token, until: link.until, isReset: true });
      await this.audit.recordIn(tx, {
        type: 'operator.password_reset',
        outcome: 'succeeded',
        actor: by.actor,
        detail: { operatorId: found.id },
      });
    });
    return link;
  }

  private async changed(
    tx: Transaction,
    detail: { readonly operatorId: string; readonly by: string },
    { actor, trace }: ChangedBy,
    keptSession?: string,
  ): Promise<void> {
    const sessions = await this.sessions.deleteAll(tx, detail.operatorId, keptSession);
    await this.audit.recordIn(tx, {
      type: 'operator.password_changed',
      outcome: 'succeeded',
      actor,
      detail: { ...detail, endedSessions: sessions },
      ...trace,
    });
  }
}
