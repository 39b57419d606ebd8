import { Injectable } from '@nestjs/common';
import { accountName } from '../connections/index.js';
import { ActionAccess, approvalAsk, type ApprovalAsk, type CheckedRequest } from '../gateway/index.js';
import type { ApprovalNeed } from '../policies/index.js';
import {
  Clock,
  newId,
  notFound,
  Problem,
  ownRows,
  visiblePage,
  type Caller,
  type CursorPage,
  type ListedPage,
  type MayShow,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { argumentsHash, isWithinLimits, pinnedHash, type Approval, type ApprovalStatus } from './approval.js';
import { ApprovalEvents } from './approval-events.js';
import { ApprovalMails } from './mail/approval-mails.js';
import { ApprovalsRepository, type ApprovalFilter, type NewApproval } from './approvals.repository.js';

/** A run that waits for a person. */
export interface HeldRun {
  readonly request: CheckedRequest;
  readonly need: ApprovalNeed;
  readonly ask?: ApprovalAsk | undefined;
  /** It is good until this long after. */
  readonly runAt?: Date | undefined;
}

export type ApprovalDraft = Omit<NewApproval, 'taskId' | 'effectId' | 'status'>;

/** Which page of a list, and which of its rows may be shown. */
interface Listing {
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly mayShow?: MayShow | undefined;
}

/** Approvals of runs that the policy lets go on only if a person agrees: asked for, found, called off. */
@Injectable()
export class Approvals {
  constructor(
    private readonly repository: ApprovalsRepository,
    private readonly access: ActionAccess,
    private readonly events: ApprovalEvents,
    private readonly clock: Clock,
    private readonly mails: ApprovalMails,
  ) {}

  /**
   * The approval that a run asks for, bound to the connection that it would use now.
   * @throws Problem as an action's checks do; 400 for a limit that the arguments themselves do not keep; 403
   *   `approval_denied`: a decline holds for the same call until what was declined would have expired
   */
  async draft({ request, need, ask = approvalAsk.parse({}), runAt }: HeldRun): Promise<ApprovalDraft> {
    const { principal, userId, action, input } = request;
    const { pins, uses, expiresIn, reason } = ask;
    if (!isWithinLimits(input, pins)) throw new Problem('invalid_input.approval_limits');
    const connection = await this.access.resolve(request);
    const hash = argumentsHash(action.id, input);
    const from = Math.max(this.clock.now(), runAt?.getTime() ?? 0);
    const draft = {
      id: newId('apr'),
      userId,
      callerType: principal.type,
      callerId: principal.id,
      action: action.id,
      connectionId: connection.id,
      accountId: connection.account.id,
      accountName: accountName(connection),
      arguments: input,
      hash,
      requestedHash: hash,
      pinnedHash: pinnedHash(action.id, input, pins),
      pins,
      uses,
      basis: need.basis,
      policies: need.policies,
      approvers: need.approvers,
      needed: need.needed,
      ask: reason,
      expiresAt: new Date(from + expiresIn * 1_000),
    };
    const denied = await this.repository.findLike(draft, 'denied', this.clock.date());
    if (denied) throw deniedProblem(denied);
    return draft;
  }

  /** One that waits for the same call: a further call joins it. */
  async pendingLike(tx: Transaction, draft: ApprovalDraft): Promise<Approval | undefined> {
    const found = await this.repository.findLike(draft, 'pending', this.clock.date(), tx);
    const isSame = found?.uses === draft.uses && Buffer.from(found.pinnedHash).equals(draft.pinnedHash);
    return isSame ? found : undefined;
  }

  /** Asks for it, in the transaction in which its task begins to wait. */
  async request(
    tx: Transaction,
    draft: ApprovalDraft,
    task: Pick<Approval, 'taskId' | 'effectId'>,
    trace?: RequestTrace,
  ): Promise<void> {
    const approval = { ...draft, ...task, status: 'pending' as const };
    await this.repository.create(tx, approval);
    const { callerType: type, callerId: id, policies, uses, pins, expiresAt } = approval;
    await this.events.recordIn(tx, approval, {
      type: 'approval.requested',
      actor: { type, id },
      trace,
      detail: { policies, uses, vary: pins.vary, expiresAt: expiresAt.toISOString() },
    });
    await this.mails.queue(tx, approval);
  }

  /** Ends the approvals of tasks that are called off. */
  async withdraw(tx: Transaction, taskIds: readonly string[]): Promise<void> {
    if (taskIds.length > 0) await this.repository.withdraw(tx, taskIds);
  }

  /** @throws Problem 404 when there is none, or when it is not the caller's to see */
  async getApproval(id: string, caller: Caller): Promise<Approval> {
    const approval = await this.repository.findApproval(id);
    if (!approval || !isVisible(approval, caller)) throw notFound('approval');
    return approval;
  }

  /** The owner, for the policy. */
  findApproval(id: string): Promise<Approval | undefined> {
    return this.repository.findApproval(id);
  }

  list(
    { agentId, ...filter }: { agentId?: string; userId?: string; status?: ApprovalStatus },
    { cursor, limit, mayShow }: Listing,
    caller: Caller,
  ): Promise<CursorPage<Approval>> {
    const ofAgent = agentId === undefined ? {} : { callerType: 'agent', callerId: agentId };
    const asked: ApprovalFilter = { ...filter, ...ofAgent };
    if (agentId !== undefined && caller.type === 'agent' && agentId !== caller.id)
      return Promise.resolve({ data: [] });
    const own = ownRows(caller);
    const read = (before: string | undefined, count: number) =>
      this.repository.newest({ ...asked, ...own }, before, count);
    const subjectOf = ({ userId }: Approval) => ({ userId });
    return visiblePage({ read, keyOf: ({ id }) => id, subjectOf }, cursor, limit, mayShow);
  }

  listForOperators(page: PageRequest): Promise<ListedPage<Approval>> {
    return this.repository.listApprovals(page);
  }
}

/** The problem of a call that was declined. */
export function deniedProblem({ id, reason }: Approval): Problem {
  return reason === undefined
    ? new Problem('approval_denied', { approvalId: id })
    : new Problem('approval_denied.reason', { reason, approvalId: id });
}

function isVisible({ userId, callerType, callerId }: Approval, caller: Caller): boolean {
  if (caller.type === 'operator') return true;
  if (caller.type === 'user') return userId === caller.id;
  return callerType === 'agent' && callerId === caller.id;
}
