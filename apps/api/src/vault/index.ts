export { CredentialHashes } from './credential-hashes.js';
export {
  ANY_AUDIENCE,
  audienceDigest,
  audienceInSql,
  UnsealError,
  WrongAudienceError,
  type Binding,
} from './envelope.js';
export type { SealedColumn } from './sealed-store.js';
export { SealedStores } from './sealed-stores.js';
export { VaultModule } from './vault.module.js';
export { Vault } from './vault.js';
