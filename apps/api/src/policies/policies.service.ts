import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import { Problem, type RequestTrace } from '../platform/index.js';
import { decide, type PolicyQuestion } from './policy.js';

/** Asks the policy before anything runs; a refusal is recorded. */
@Injectable()
export class PoliciesService {
  constructor(private readonly audit: Audit) {}

  /** @throws Problem 403 `policy_denied`, `approval_required` or `other_user` */
  async require(question: PolicyQuestion, trace?: RequestTrace): Promise<void> {
    const decision = decide(question);
    if (decision.allowed) return;
    const { principal, userId, action } = question;
    await this.audit.record({
      type: 'access.denied',
      outcome: 'denied',
      actor: principal,
      userId,
      agentId: principal.type === 'agent' ? principal.id : undefined,
      action: action.id,
      ...trace,
      detail: { code: decision.code },
    });
    throw new Problem(403, decision.code, decision.detail);
  }

  /** The decision alone, without a record: for lists of what could be called. */
  isAllowed(question: PolicyQuestion): boolean {
    return decide(question).allowed;
  }
}
