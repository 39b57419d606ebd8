import { findAction, type Effect } from '@valetkey/providers';

/** Whether the provider can be asked if an effect of this action has happened, by the id of the effect. */
export function canBeLookedUp(actionId: string): boolean {
  return findAction(actionId)?.recover !== undefined;
}

/** Of an action; `undefined` where it follows from the whole request, as for one of the proxy. */
export function effectOf(actionId: string): Effect | undefined {
  return findAction(actionId)?.effect;
}
