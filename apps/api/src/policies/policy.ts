/** Who wants to run something: an agent for a user, or a user for themselves. */
export interface Principal {
  readonly type: 'agent' | 'user';
  readonly id: string;
}

/** What is to be decided. */
export interface PolicyQuestion {
  readonly principal: Principal;
  readonly userId: string;
  readonly action: { readonly id: string; readonly effect: 'read' | 'write' | 'destructive' };
}

export type PolicyDecision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly code: 'policy_denied' | 'approval_required' | 'other_user';
      readonly detail: string;
    };

/**
 * The default policy: users act for themselves only; agents may read and write for any user, and nothing destructive
 * happens without a person's approval.
 */
export function decide({ principal, userId, action }: PolicyQuestion): PolicyDecision {
  if (principal.type === 'user' && principal.id !== userId) {
    return { allowed: false, code: 'other_user', detail: 'A user token may act for its own user only.' };
  }
  if (principal.type === 'agent' && action.effect === 'destructive') {
    return {
      allowed: false,
      code: 'approval_required',
      detail: `${action.id} cannot be undone, so a person has to approve it.`,
    };
  }
  return { allowed: true };
}
