import { Problem, type Caller } from '../platform/index.js';

/** @throws Problem 401 `authentication_required` for an operator key, which has no account */
export function signedIn(caller: Caller): { readonly id: string; readonly sessionId: string } {
  if (caller.type !== 'operator' || caller.sessionId === undefined)
    throw new Problem('authentication_required.session');
  return { id: caller.id, sessionId: caller.sessionId };
}
