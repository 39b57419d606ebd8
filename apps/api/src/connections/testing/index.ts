/** Exports for the specs of other rooms alone: their product code does not use these. */
export { HeldPlaces } from '../held-places.js';
export { RefreshAhead } from '../refresh/refresh-ahead.js';
export { tokenSetBinding } from '../token-vault.js';
