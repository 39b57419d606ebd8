export { requireTokenStorage } from './token-storage.js';
export { AccessTokens, type AccessToken } from './access-tokens.js';
export { Authorizations } from './authorizations.js';
export { ConnectionChecks } from './connection-checks.js';
export type { SealedConnection } from './connection.js';
export { ConnectionsModule } from './connections.module.js';
export { ConnectionsService } from './connections.service.js';
export { DemoUser } from './demo-user.js';
export type { SoughtConnection } from './sought-connection.js';
