import { requireOwner, type UserTokenRight } from '../platform/index.js';
import type { AgentRights } from './agents.repository.js';
import type { ChangedBy } from './changed-by.js';

/** An admin cannot give `any`, and is not made to name another. */
export function defaultUserTokens({ caller }: ChangedBy): UserTokenRight {
  return caller?.type === 'operator' && caller.role !== 'owner' ? 'without_raw_tokens' : 'any';
}

/** Rights over users' access tokens themselves, by the agent's own key or by user tokens that it mints. */
function opensTokens({ rawTokens, userTokens }: Partial<AgentRights>): boolean {
  return rawTokens === true || userTokens === 'any';
}

/** Only an owner gives rights over access tokens, or a key to them. @throws Problem 403 `owner_required` */
export function requireOwnerFor(rights: Partial<AgentRights>, { caller }: ChangedBy): void {
  if (caller && opensTokens(rights)) requireOwner(caller);
}

/** What `change` gives that `before` does not have. */
export function gained(
  before: AgentRights,
  { rawTokens, userTokens }: Partial<AgentRights>,
): Partial<AgentRights> {
  return {
    ...(rawTokens && !before.rawTokens ? { rawTokens } : {}),
    ...(userTokens !== undefined && userTokens !== before.userTokens ? { userTokens } : {}),
  };
}
