/** What specs of other rooms set going or look into, and no product code of theirs does. */
export { HeldPlaces } from '../held-places.js';
export { RefreshAhead } from '../refresh/refresh-ahead.js';
export { tokenSetBinding } from '../token-vault.js';
