import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { changedBy, type ChangedBy, type EndedAuthority } from '../../agents/index.js';
import { Audit, Audits, type NewAuditEvent } from '../../audit/index.js';
import {
  Clock,
  Jobs,
  notFound,
  ownRows,
  visiblePage,
  type Caller,
  type CallerOf,
  type CursorPage,
  type ListedPage,
  type MayShow,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../../platform/index.js';
import {
  DisconnectDependents,
  type DisconnectDependent,
  type DisconnectedBy,
} from '../../revocations/index.js';
import { ApprovalDependents, type ApprovalDependent, type EndedWait } from '../approval-dependents.js';
import { WORKER } from '../approval-events.js';
import type { EndReason, StandingApproval, StandingStatus } from './standing-approval.js';
import { StandingEvents } from './standing-events.js';
import {
  StandingApprovalsRepository,
  type Ending,
  type StandingUse,
} from './standing-approvals.repository.js';

const EVERY_MS = 1_000;

/** Which page of a list, and which of its rows may be shown. */
interface Listing {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly mayShow?: MayShow | undefined;
}

/** Standing approvals: made with a decision, listed, and ended before their time. */
@Audits('standing_approval.ended')
@Injectable()
export class StandingApprovals
  implements ApprovalDependent, DisconnectDependent, OnModuleInit, OnApplicationBootstrap
{
  constructor(
    private readonly repository: StandingApprovalsRepository,
    private readonly dependents: ApprovalDependents,
    private readonly disconnects: DisconnectDependents,
    private readonly events: StandingEvents,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.dependents.register(this);
    this.disconnects.register(this);
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'ending standing approvals that have expired', () => this.expire());
  }

  /** Makes the one that was chosen, in the transaction of the decision. */
  async onEnded(tx: Transaction, { approval, standing, by }: EndedWait): Promise<void> {
    if (!standing || !by) return;
    await this.repository.create(tx, approval.taskId, standing);
    const { uses, pins, validUntil, policies } = standing;
    const detail = { uses, pins, policies, validUntil: validUntil.toISOString() };
    const event = await this.events.of(standing, {
      type: 'standing_approval.created',
      ...origin(by),
      detail,
    });
    await this.audit.recordIn(tx, event);
  }

  onCommitted(): Promise<void> {
    return Promise.resolve();
  }

  /** @throws Problem 404 when there is none, or when it is not the caller's to see */
  async getStandingApproval(id: string, caller: CallerOf<'operator' | 'user'>): Promise<StandingApproval> {
    const standing = await this.repository.findStandingApproval(id);
    if (!standing || (caller.type === 'user' && standing.userId !== caller.id))
      throw notFound('standing approval');
    return standing;
  }

  usesOf(id: string): Promise<StandingUse[]> {
    return this.repository.usesOf(id);
  }

  list(
    { agentId, ...filter }: { agentId?: string; userId?: string; status?: StandingStatus },
    { cursor, limit, mayShow }: Listing,
    caller: Caller,
  ): Promise<CursorPage<StandingApproval>> {
    if (agentId !== undefined && caller.type === 'agent' && agentId !== caller.id)
      return Promise.resolve({ data: [] });
    const asked = { ...filter, ...(agentId === undefined ? {} : { callerType: 'agent', callerId: agentId }) };
    const read = (before: string | undefined, count: number) =>
      this.repository.newest({ ...asked, ...ownRows(caller) }, before, count);
    const subjectOf = ({ userId }: StandingApproval) => ({ userId });
    return visiblePage({ read, keyOf: ({ id }) => id, subjectOf }, cursor, limit, mayShow);
  }

  listForOperators(page: PageRequest): Promise<ListedPage<StandingApproval>> {
    return this.repository.listStanding(page);
  }

  /**
   * Takes one back; one that has ended stays as it is.
   * @throws Problem 404 when there is none, or when it is not the caller's
   */
  async takeBack(
    id: string,
    caller: CallerOf<'operator' | 'user'>,
    trace: RequestTrace,
  ): Promise<StandingApproval> {
    await this.getStandingApproval(id, caller);
    await this.repository.inTransaction((tx) => this.end(tx, { id }, 'taken_back', changedBy(caller, trace)));
    return this.getStandingApproval(id, caller);
  }

  /**
   * Ends those of an agent, of one of its keys or of a session, in the transaction that ends its authority; called once
   * the waiting tasks of it are locked, so that none is made meanwhile.
   */
  async callOff(
    tx: Transaction,
    { agentId, keyId, code }: EndedAuthority,
    by: ChangedBy,
  ): Promise<NewAuditEvent[]> {
    const ofKey = keyId === undefined ? {} : { keyId };
    const ended = { callerType: 'agent' as const, callerId: agentId, ...ofKey };
    return this.ended(await this.repository.end(tx, ended, code, this.clock.date()), by);
  }

  async onDisconnected(tx: Transaction, connectionId: string, by: DisconnectedBy): Promise<NewAuditEvent[]> {
    return this.ended(await this.repository.end(tx, { connectionId }, 'disconnected', this.clock.date()), by);
  }

  /** One round. */
  async expire(): Promise<void> {
    const over = { validUntil: { lte: this.clock.date() } };
    await this.repository.inTransaction((tx) => this.end(tx, over, 'expired', { actor: WORKER }));
  }

  private async end(tx: Transaction, which: Ending, reason: EndReason, by: ChangedBy): Promise<void> {
    const ended = await this.repository.end(tx, which, reason, this.clock.date());
    for (const event of await this.ended(ended, by)) await this.audit.recordIn(tx, event);
  }

  private ended(all: readonly StandingApproval[], by: DisconnectedBy): Promise<NewAuditEvent[]> {
    return Promise.all(
      all.map((standing) => {
        const { endReason: reason, usesLeft } = standing;
        return this.events.of(standing, {
          type: 'standing_approval.ended',
          ...origin(by),
          detail: { reason, usesLeft },
        });
      }),
    );
  }
}

function origin({ actor, trace }: DisconnectedBy) {
  return { actor, trace };
}
