import { Problem } from '../platform/index.js';
import type { Used } from './usage/rule-counters.js';

/** The principal of a question: an agent that acts for a user, or a user. */
export interface Principal {
  readonly type: 'agent' | 'user';
  readonly id: string;
}

/** The question that the policy decides. */
export interface PolicyQuestion {
  readonly principal: Principal;
  /** Left out: for no user in particular. Then only rules that do not look at the user count. */
  readonly userId: string | undefined;
  readonly action: {
    readonly id: string;
    readonly effect: 'read' | 'write' | 'destructive';
    readonly provider?: string | undefined;
    /** Further groups that rules may name instead of it. */
    readonly groups?: readonly string[] | undefined;
    /**
     * Actions with the same effect: a rule that forbids one of them forbids this. A rule that permits one permits no
     * more than that one.
     */
    readonly sameAs?: readonly string[] | undefined;
  };
  /**
   * The data that rules may look at: the action's `input`; `method` and `path` of a forwarded request. Left out: not
   * known yet.
   */
  readonly context?: Readonly<Record<string, unknown>> | undefined;
  /** How often was done today what rules ask about. Left out: as it was counted. */
  readonly used?: Used | undefined;
  /** The logical effect of which this is an attempt: what it has added to the counts itself is left out. */
  readonly effectId?: string | undefined;
}

/** Kinds of persons who may give an approval. */
export const APPROVERS = ['any', 'operator', 'user'] as const;

/** A person's agreement that the policy asks for. */
export interface ApprovalNeed {
  /** Fingerprints of the rules that ask for it: an approval counts for these rules, as they were written then. */
  readonly basis: readonly string[];
  readonly approvers: (typeof APPROVERS)[number];
  /** How many different people have to agree. */
  readonly needed: number;
  readonly problem: Problem;
  readonly policies: readonly string[];
  /** A rule that asks looks at how often something was done: the need can be there at one time and not at another. */
  readonly isCounted?: boolean | undefined;
}

export interface Refusal {
  readonly allowed: false;
  readonly problem: Problem;
  /** It is refused only for want of a person's approval. */
  readonly approval?: ApprovalNeed | undefined;
  /** Names of the rules that decided; none when the built-in policy did. */
  readonly policies: readonly string[];
}

export type PolicyDecision = { readonly allowed: true; readonly policies: readonly string[] } | Refusal;

/** A decision before there is a call. */
export interface PolicyOutlook {
  readonly decision: PolicyDecision;
  /** Names of the rules with which it can come out otherwise. */
  readonly mayDiffer: readonly string[];
}

/** Users act for themselves only; no rule can change that. */
export function forAnother({ principal, userId }: PolicyQuestion): Refusal | undefined {
  if (principal.type !== 'user' || userId === undefined || principal.id === userId) return undefined;
  const policies: string[] = [];
  return { allowed: false, problem: new Problem('other_user.policy', { policies }), policies };
}

/**
 * The built-in policy, where no rule says otherwise: agents may read and write for any user, and nothing destructive
 * happens without a person's approval.
 */
export function decide(question: PolicyQuestion): PolicyDecision {
  const { principal, action } = question;
  const refused = forAnother(question);
  if (refused) return refused;
  if (principal.type === 'agent' && action.effect === 'destructive') {
    const policies: string[] = [];
    const problem = new Problem('approval_required', { action: action.id, policies });
    const approval: ApprovalNeed = { basis: ['built-in'], approvers: 'any', needed: 1, problem, policies };
    return { allowed: false, problem, approval, policies };
  }
  return { allowed: true, policies: [] };
}
