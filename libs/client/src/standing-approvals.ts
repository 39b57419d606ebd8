import type { StandingApproval, StandingApprovalDetail, StandingApprovalStatus } from './api-types.js';
import { Pages } from './http/pages.js';
import type { CallOptions, Requests } from './http/requests.js';

export interface StandingApprovalFilter {
  readonly status?: StandingApprovalStatus;
  readonly agentId?: string;
  readonly userId?: string;
  /** So many a page. */
  readonly limit?: number;
}

/** Calls that agents may make again without asking. They are made with a decision: its member `standing`. */
export class StandingApprovals {
  constructor(private readonly requests: Requests) {}

  /** Newest first. */
  list(filter: StandingApprovalFilter = {}, options?: CallOptions): Pages<StandingApproval> {
    return new Pages<StandingApproval>(this.requests, ['standing-approvals'], { ...filter }, options);
  }

  /** With its newest uses. @throws ProblemError `not_found` */
  get(id: string, options?: CallOptions): Promise<StandingApprovalDetail> {
    return this.requests.json<StandingApprovalDetail>(
      { method: 'GET', path: ['standing-approvals', id] },
      options,
    );
  }

  /**
   * Takes one back, as an operator or with a user token: such calls ask again.
   * @throws ProblemError `not_found`
   */
  takeBack(id: string, options?: CallOptions): Promise<StandingApproval> {
    return this.requests.json<StandingApproval>(
      { method: 'DELETE', path: ['standing-approvals', id] },
      options,
    );
  }
}
