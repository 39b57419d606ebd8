import type { Approval, ApprovalStatus, Decision } from './api-types.js';
import { Pages } from './http/pages.js';
import type { CallOptions, Requests } from './http/requests.js';

export interface ApprovalFilter {
  readonly status?: ApprovalStatus;
  readonly agentId?: string;
  /** So many a page. */
  readonly limit?: number;
}

/** Calls that wait for a person, and the decisions about them. */
export class Approvals {
  constructor(private readonly requests: Requests) {}

  /** Newest first. */
  list(filter: ApprovalFilter & { readonly userId?: string } = {}, options?: CallOptions): Pages<Approval> {
    return new Pages<Approval>(this.requests, ['approvals'], { ...filter }, options);
  }

  /** @throws ProblemError `not_found` */
  get(id: string, options?: CallOptions): Promise<Approval> {
    return this.requests.json<Approval>({ method: 'GET', path: ['approvals', id] }, options);
  }

  /**
   * Decides, as an operator or with a user token: an agent's key never decides. The first decision counts.
   * @throws ProblemError `approval_not_pending`, `approval_widened`, `approver_is_requester`, `approver_not_allowed`
   */
  decide(id: string, decision: Decision, options?: CallOptions): Promise<Approval> {
    const path = ['approvals', id, 'decision'];
    return this.requests.json<Approval>({ method: 'POST', path, body: decision }, options);
  }
}
