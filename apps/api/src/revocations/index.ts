export { DeletedUserGrants } from './deleted-user-grants.js';
export { Disconnect } from './disconnect.js';
export { PendingRevocations } from './pending-revocations.js';
export { RevocationsModule } from './revocations.module.js';
