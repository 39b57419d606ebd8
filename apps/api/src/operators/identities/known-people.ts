import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { Clock, newId, Problem, type OperatorRole, type RequestTrace } from '../../platform/index.js';
import { changeEvent, type ChangedBy } from '../changed-by.js';
import { OperatorsRepository, type ActiveOperator } from '../operators.repository.js';
import { OperatorsService } from '../operators.service.js';
import { IdentitiesRepository } from './identities.repository.js';
import { SsoRefusal, type IssuerPerson } from './issuer-person.js';

/** Which operator a person of the issuer is, and brings their role to what the issuer says of them now. */
@Injectable()
export class KnownPeople {
  constructor(
    private readonly identities: IdentitiesRepository,
    private readonly repository: OperatorsRepository,
    private readonly operators: OperatorsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * The operator with this identity. One who comes for the first time is made, or linked to an account that an owner
   * has opened for that; an e-mail address alone opens no account.
   * @throws SsoRefusal
   */
  async resolve(person: IssuerPerson, trace: RequestTrace): Promise<ActiveOperator> {
    const by = { actor: { type: 'system', id: 'single-sign-on' }, trace } as const;
    const known = await this.identities.findOperator(person);
    const id = known ?? (await this.admit(person, by));
    const { disabledAt, role } = await this.operators.getOperator(id);
    if (disabledAt) throw new SsoRefusal('disabled', id);
    if (person.role !== role) await this.changeRole(id, person.role, by);
    const account = await this.repository.findActive({ id });
    if (!account) throw new SsoRefusal('disabled', id);
    return account;
  }

  private async admit(person: IssuerPerson, by: ChangedBy): Promise<string> {
    const { verifiedEmail: email, role } = person;
    if (role === undefined) throw new SsoRefusal('no_role');
    if (email === undefined) throw new SsoRefusal('unverified_email');
    const id = newId('opr');
    const detail = { operatorId: id, role, issuer: person.issuer };
    const isNew = await this.repository.createIfNew(async (tx) => {
      await this.repository.create(tx, { id, email, role, passwordHash: null });
      await this.identities.set(tx, id, person);
      await this.audit.recordIn(tx, changeEvent('operator.created', detail, by));
    });
    return isNew ? id : this.link(person, email, by);
  }

  private async link(person: IssuerPerson, email: string, by: ChangedBy): Promise<string> {
    const account = await this.repository.findAccount({ email });
    // Where the address is free, another request of this person has made the identity a moment ago.
    const id = account?.id ?? (await this.identities.findOperator(person));
    if (id === undefined) throw new SsoRefusal('account_exists');
    await this.repository.inTransaction(async (tx) => {
      if (await this.identities.link(tx, id, person, this.clock.date())) {
        const detail = { operatorId: id, issuer: person.issuer };
        await this.audit.recordIn(tx, changeEvent('operator.linked', detail, by));
      }
    });
    if ((await this.identities.findOperator(person)) === id) return id;
    throw new SsoRefusal('account_exists', id);
  }

  /** Without a role, or where the last owner would lose theirs, nothing that is open to them stays open. */
  private async changeRole(id: string, role: OperatorRole | undefined, by: ChangedBy): Promise<void> {
    const reason = role === undefined ? 'no_role' : await this.tryRole(id, role, by);
    if (reason === undefined) return;
    await this.operators.endAccess(id, reason, by);
    throw new SsoRefusal(reason, id);
  }

  private async tryRole(id: string, role: OperatorRole, by: ChangedBy): Promise<'last_owner' | undefined> {
    try {
      await this.operators.update(id, { role }, by);
      return undefined;
    } catch (error) {
      if (error instanceof Problem && error.code === 'last_owner') return 'last_owner';
      throw error;
    }
  }
}
