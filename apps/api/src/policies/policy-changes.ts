import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor, type AuditType } from '../audit/index.js';
import {
  Clock,
  invalidInput,
  isUniqueViolation,
  newId,
  notFound,
  Problem,
  type ListedPage,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { PoliciesRepository, type StoredPolicy } from './policies.repository.js';
import { PoliciesService } from './policies.service.js';
import { RuleFaults } from './rule-faults.js';

export type PolicyChange = Partial<Pick<StoredPolicy, 'name' | 'text' | 'enabled' | 'validUntil'>>;

/** The operator who changes a rule. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace: RequestTrace;
}

/** Operators' rules: each checked before it is stored, each change recorded with it. */
@Injectable()
export class PolicyChanges {
  constructor(
    private readonly repository: PoliciesRepository,
    private readonly policies: PoliciesService,
    private readonly audit: Audit,
    private readonly faults: RuleFaults,
    private readonly clock: Clock,
  ) {}

  listPolicies(page: PageRequest): Promise<ListedPage<StoredPolicy>> {
    return this.repository.listPolicies(page);
  }

  /** Why a stored rule does not hold as it is written; `undefined` when it does. */
  fault({ text }: StoredPolicy): Promise<string | undefined> {
    return this.faults.of(text);
  }

  isInForce({ enabled, validUntil }: StoredPolicy): boolean {
    return enabled && (!validUntil || validUntil > this.clock.date());
  }

  /** @throws Problem 404 */
  async getPolicy(id: string): Promise<StoredPolicy> {
    const found = await this.repository.findPolicy(id);
    if (!found) throw notFound('policy');
    return found;
  }

  /** @throws Problem 400 `invalid_policy`, 409 `name_taken` */
  async create(
    policy: Pick<StoredPolicy, 'name' | 'text' | 'enabled' | 'validUntil'>,
    by: ChangedBy,
  ): Promise<StoredPolicy> {
    await this.requireSound(policy.text);
    this.requireAhead(policy.validUntil);
    const id = newId('pol');
    return this.recorded('policy.created', by, { policyId: id, name: policy.name }, (tx) =>
      this.repository.create(tx, { id, ...policy }),
    );
  }

  /** @throws Problem 400 `invalid_policy`, 404, 409 `name_taken` */
  async update(id: string, change: PolicyChange, by: ChangedBy): Promise<StoredPolicy> {
    const { name, validUntil } = await this.getPolicy(id);
    if (change.validUntil?.getTime() !== validUntil?.getTime()) this.requireAhead(change.validUntil);
    if (change.text !== undefined) await this.requireSound(change.text);
    return this.recorded('policy.updated', by, { policyId: id, name, changed: Object.keys(change) }, (tx) =>
      this.repository.update(tx, id, change),
    );
  }

  /** @throws Problem 404 */
  async delete(id: string, by: ChangedBy): Promise<void> {
    const { name } = await this.getPolicy(id);
    await this.recorded('policy.deleted', by, { policyId: id, name }, (tx) => this.repository.delete(tx, id));
  }

  /** An end that has passed would be a rule that nobody ever sees in force. */
  private requireAhead(end: Date | null | undefined): void {
    if (end && end <= this.clock.date()) throw invalidInput('validUntil: must not have passed');
  }

  private async requireSound(text: string): Promise<void> {
    const fault = await this.faults.of(text);
    if (fault !== undefined) throw new Problem('invalid_policy', { fault });
  }

  private async recorded<T>(
    type: AuditType,
    { actor, trace }: ChangedBy,
    detail: { readonly policyId: string } & Record<string, unknown>,
    change: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.repository.inTransaction(async (tx) => {
        const changed = await change(tx);
        const event = { type, outcome: 'succeeded' as const, actor, ...trace };
        await this.audit.recordIn(tx, { ...event, detail });
        return changed;
      });
    } catch (error) {
      if (isUniqueViolation(error)) throw new Problem('name_taken');
      throw error;
    } finally {
      this.policies.changed();
    }
  }
}
