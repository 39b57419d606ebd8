export { DeletedUserGrants } from './deleted-user-grants.js';
export { Disconnect } from './disconnect.js';
export { DISCONNECTING } from './disconnect.controller.js';
export {
  DisconnectDependents,
  type DisconnectDependent,
  type DisconnectedBy,
} from './disconnect-dependents.js';
export { PendingRevocations } from './pending-revocations.js';
export { RevocationsModule } from './revocations.module.js';
