import { requireOwner, requireStepUp, type UserTokenRight } from '../platform/index.js';
import type { AgentRights } from './agents.repository.js';
import type { ChangedBy } from './changed-by.js';

/** An admin cannot grant `any`, and must not be forced to name another value. */
export function defaultUserTokens({ caller }: ChangedBy): UserTokenRight {
  return caller?.type === 'operator' && caller.role !== 'owner' ? 'without_raw_tokens' : 'any';
}

/** Rights to users' access tokens, with the agent's own key or with user tokens that it mints. */
function opensTokens({ rawTokens, userTokens }: Partial<AgentRights>): boolean {
  return rawTokens === true || userTokens === 'any';
}

/**
 * Only an owner who has proven who they are lately grants rights to access tokens, or a key to an agent that has them.
 * @throws Problem 403 `owner_required` or `step_up_required`
 */
export function requireOwnerFor(rights: Partial<AgentRights>, { caller }: ChangedBy): void {
  if (!caller || !opensTokens(rights)) return;
  requireOwner(caller);
  requireStepUp(caller);
}

/** The rights that `change` adds to `before`. */
export function gained(
  before: AgentRights,
  { rawTokens, userTokens }: Partial<AgentRights>,
): Partial<AgentRights> {
  return {
    ...(rawTokens && !before.rawTokens ? { rawTokens } : {}),
    ...(userTokens !== undefined && userTokens !== before.userTokens ? { userTokens } : {}),
  };
}
