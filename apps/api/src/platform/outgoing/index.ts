export { isLoopbackHost } from './address-rules.js';
export { discardBody, surviveFailure } from './discard-body.js';
export { failureReason } from './failure-reason.js';
export { Outgoing, PRIVATE_ADDRESS } from './outgoing.js';
export { readStart } from './read-start.js';
