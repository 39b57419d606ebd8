import { Inject, Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { Audit } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  Clock,
  newId,
  notFound,
  Problem,
  randomSecret,
  type ListedPage,
  type OperatorRole,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import { changeEvent, type ChangedBy } from './changed-by.js';
import { OperatorKeysRepository } from './keys/operator-keys.repository.js';
import { OperatorSessionsRepository } from './operator-sessions.repository.js';
import { OperatorsRepository, type OperatorAccount } from './operators.repository.js';
import { LINK_MS, newInvitation, type PasswordLink } from './password-link.js';

const MOST_APPROVERS = 200;

/** Roles that decide on approvals. */
const APPROVING: readonly OperatorRole[] = ['owner', 'admin'];

/** An operator who was invited, and the link for them, which is shown once. */
export interface Invited {
  readonly operator: OperatorAccount;
  readonly link: PasswordLink;
}

export interface OperatorChange {
  readonly role?: OperatorRole | undefined;
  readonly disabled?: boolean | undefined;
}

/** Operators as people: who they are and what they may do. An owner who can sign in is always left. */
@Injectable()
export class OperatorsService {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly repository: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly keys: OperatorKeysRepository,
  ) {}

  /** The operators who may decide on approvals and can sign in. */
  approvers(): Promise<Pick<OperatorAccount, 'id' | 'email'>[]> {
    return this.repository.active(APPROVING, MOST_APPROVERS);
  }

  /** Of these operators, those who may still decide on approvals, for as long as the transaction lasts. */
  stillApprovers(tx: Transaction, ids: readonly string[]): Promise<string[]> {
    return this.repository.withRole(tx, ids, APPROVING);
  }

  /**
   * Creates the first owner when there is no operator yet. Where passwords are switched off, the first owner is the
   * first whom the issuer of single sign-on names as one.
   * @returns how to sign in, to be printed once; `undefined` when an operator exists
   */
  async ensureFirstOwner(): Promise<{ email: string; password: string } | undefined> {
    if (!this.settings.passwords || (await this.repository.count()) > 0) return undefined;
    const email = (this.settings.operatorEmail ?? 'owner@localhost').toLowerCase();
    const password = this.settings.operatorPassword ?? randomSecret(12);
    const operator = { id: newId('opr'), email, role: 'owner' as const, passwordHash: await hash(password) };
    const by = { actor: { type: 'system', id: 'start' } } as const;
    const isNew = await this.repository.createIfNew(async (tx) => {
      await this.repository.create(tx, operator);
      await this.audit.recordIn(
        tx,
        changeEvent('operator.created', { operatorId: operator.id, role: 'owner' }, by),
      );
    });
    return isNew ? { email, password } : undefined;
  }

  listOperators(page: PageRequest): Promise<ListedPage<OperatorAccount>> {
    return this.repository.listOperators(page);
  }

  /** @throws Problem 404 `not_found` */
  async getOperator(id: string): Promise<OperatorAccount> {
    const found = await this.repository.findAccount({ id });
    if (!found) throw notFound('operator');
    return found;
  }

  /** @throws Problem 409 `email_taken` */
  async invite(email: string, role: OperatorRole, by: ChangedBy): Promise<Invited> {
    const id = newId('opr');
    const { token, link } = newInvitation(this.settings, this.clock.now());
    const isNew = await this.repository.createIfNew(async (tx) => {
      await this.repository.create(tx, { id, email: email.toLowerCase(), role, passwordHash: null });
      await this.repository.setLink(tx, id, { token, until: link.until, isInvitation: true });
      await this.audit.recordIn(tx, changeEvent('operator.invited', { operatorId: id, role }, by));
    });
    if (!isNew) throw new Problem('email_taken');
    return { operator: await this.getOperator(id), link };
  }

  /** A new link for an invitation, in place of the one before. @throws Problem 404, 409 `invitation_accepted` */
  async inviteAgain(id: string, by: ChangedBy): Promise<Invited> {
    const { token, link } = newInvitation(this.settings, this.clock.now());
    await this.change(id, async (tx, { hasAccepted, role }) => {
      if (hasAccepted) throw new Problem('invitation_accepted');
      await this.repository.setLink(tx, id, { token, until: link.until, isInvitation: true });
      await this.audit.recordIn(tx, changeEvent('operator.invited', { operatorId: id, role }, by));
    });
    return { operator: await this.getOperator(id), link };
  }

  /**
   * Lets the next sign-in at the issuer with this operator's e-mail address be theirs, for a day.
   * @throws Problem 404, 409 `single_sign_on_off`
   */
  async letLink(id: string, by: ChangedBy): Promise<OperatorAccount> {
    if (!this.settings.singleSignOn) throw new Problem('single_sign_on_off');
    await this.change(id, async (tx) => {
      await this.repository.letLink(tx, id, new Date(this.clock.now() + LINK_MS));
      await this.audit.recordIn(tx, changeEvent('operator.link_allowed', { operatorId: id }, by));
    });
    return this.getOperator(id);
  }

  /**
   * Changes a role, disables or enables. It counts from the next request of an open session on; who is disabled has none.
   * The keys that an operator made end when they are an owner no more, or disabled.
   * @throws Problem 404, 409 `last_owner`
   */
  async update(id: string, { role, disabled }: OperatorChange, by: ChangedBy): Promise<OperatorAccount> {
    await this.change(id, async (tx, now) => {
      if (disabled === true || (role !== undefined && role !== 'owner'))
        await this.requireOtherOwner(tx, now);
      const isDisabled = now.disabledAt !== null;
      const change = {
        ...(role !== undefined && role !== now.role && { role }),
        ...(disabled !== undefined && disabled !== isDisabled && { disabled }),
      };
      if (Object.keys(change).length === 0) return;
      const disabledAt =
        change.disabled === undefined ? undefined : change.disabled ? this.clock.date() : null;
      await this.repository.update(tx, id, {
        role: change.role,
        ...(disabledAt !== undefined && { disabledAt }),
      });
      if (change.disabled) await this.sessions.deleteAll(tx, id);
      const keys = endsKeys(now, change) ? await this.endKeys(tx, id) : {};
      await this.audit.recordIn(
        tx,
        changeEvent('operator.updated', { operatorId: id, ...change, ...keys }, by),
      );
    });
    return this.getOperator(id);
  }

  /** Removes an operator; the audit log keeps the id. @throws Problem 404, 409 `last_owner` */
  async remove(id: string, by: ChangedBy): Promise<void> {
    await this.change(id, async (tx, now) => {
      await this.requireOtherOwner(tx, now);
      const detail = { operatorId: id, role: now.role, ...(await this.endKeys(tx, id)) };
      await this.repository.delete(tx, id);
      await this.audit.recordIn(tx, changeEvent('operator.deleted', detail, by));
    });
  }

  /**
   * Ends all that is open to an operator: sessions, and keys that they made. The account itself stays as it is.
   * @param reason for the log
   */
  async endAccess(id: string, reason: string, by: ChangedBy): Promise<void> {
    await this.change(id, async (tx) => {
      const sessions = await this.sessions.deleteAll(tx, id);
      const keys = await this.endKeys(tx, id);
      if (sessions === 0 && !keys.revokedKeys) return;
      const detail = { operatorId: id, reason, sessions, ...keys };
      await this.audit.recordIn(tx, changeEvent('operator.session_ended', detail, by));
    });
  }

  private async endKeys(tx: Transaction, makerId: string): Promise<{ revokedKeys?: string[] }> {
    const revokedKeys = await this.keys.revokeMadeBy(tx, makerId, this.clock.date());
    return revokedKeys.length > 0 ? { revokedKeys } : {};
  }

  private async change(
    id: string,
    work: (tx: Transaction, now: OperatorAccount) => Promise<void>,
  ): Promise<void> {
    await this.repository.inTransaction(async (tx) => {
      await this.repository.lock(tx);
      const now = await this.repository.findOperator(tx, id);
      if (!now) throw notFound('operator');
      await work(tx, now);
    });
  }

  private async requireOtherOwner(tx: Transaction, { id, role }: OperatorAccount): Promise<void> {
    if (role === 'owner' && (await this.repository.otherOwners(tx, id)) === 0)
      throw new Problem('last_owner');
  }
}

/** Whether somebody who could make keys no longer can. */
function endsKeys(now: OperatorAccount, { role, disabled }: OperatorChange): boolean {
  return disabled === true || (now.role === 'owner' && role !== undefined);
}
