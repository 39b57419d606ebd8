import { findAction } from '@valetkey/providers';

/** Whether the provider can be asked if an effect of this action has happened, by the id of the effect. */
export function canBeLookedUp(actionId: string): boolean {
  return findAction(actionId)?.recover !== undefined;
}
