import { Problem, type Caller } from '../platform/index.js';

/**
 * For everything that hands out an access token itself: agents need the right, and a user token may have been minted
 * without it.
 * @throws Problem 403 `raw_tokens_denied`
 */
export function requireRawTokens(caller: Caller): void {
  if (caller.type === 'operator' || caller.rawTokens) return;
  throw new Problem(
    caller.type === 'agent' ? 'raw_tokens_denied' : 'raw_tokens_denied.user_token',
  ).asDenial();
}
