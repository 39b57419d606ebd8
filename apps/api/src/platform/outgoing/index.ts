export { isLoopbackHost } from './address-rules.js';
export { discardBody, surviveFailure } from './discard-body.js';
export { Outgoing, PRIVATE_ADDRESS } from './outgoing.js';
