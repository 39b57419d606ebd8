export { isLoopbackHost } from './address-rules.js';
export { Outgoing, PRIVATE_ADDRESS } from './outgoing.js';
