export { AccessTokens, type AccessToken } from './access-tokens.js';
export { ConnectionChecks } from './checks/connection-checks.js';
export { accountName, isUsable, type Connection, type SealedConnection } from './connection.js';
export { ConnectionQueue } from './connection-queue.schedule.js';
export {
  ConnectionRevocations,
  type RevocationProgress,
  type RevocationStatus,
  type Revoker,
} from './connection-revocations.js';
export type { UsedConnection } from './connection-lookups.repository.js';
export { ConnectionUses } from './connection-uses.js';
export { ConnectionViews } from './connection-views.js';
export { connectionView } from './connection.view.js';
export { ConnectionsModule } from './connections.module.js';
export { ConnectionsRepository } from './connections.repository.js';
export { ConnectionsService } from './connections.service.js';
export { GrantTerminations } from './grants/grant-terminations.js';
export { GrantsRepository } from './grants/grants.repository.js';
export { LaterConsents } from './grants/later-consents.js';
export { IncrementalAuthorization, type RequestedUpgrade } from './grants/incremental-authorization.js';
export { requireRawTokens } from './raw-tokens.js';
export { Reauthorization, type Reader } from './reauthorization.js';
export { StoreGrant, TokenSetBusy, type GrantOwner, type StoredGrant } from './grants/store-grant.js';
export { requireTokenStorage, tokenStorageDisabled } from './token-storage.js';
export { TokenVault } from './token-vault.js';
