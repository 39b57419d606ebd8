import { Problem, type Caller } from '../platform/index.js';

/**
 * For everything that hands out an access token itself: agents need the right, and a user token may have been minted
 * without it.
 * @throws Problem 403 `raw_tokens_denied`
 */
export function requireRawTokens(caller: Caller): void {
  if (caller.type === 'operator' || caller.rawTokens) return;
  const why =
    caller.type === 'agent'
      ? 'This agent may not read tokens. Run an action instead, or ask an operator to allow raw tokens.'
      : 'This user token may not read access tokens: the agent that minted it may only mint such. Run an action instead, or ask an operator to set its userTokens to "any".';
  throw new Problem(403, 'raw_tokens_denied', why).asDenial();
}
