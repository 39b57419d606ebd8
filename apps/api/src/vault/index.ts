export { UnsealError, type Binding } from './envelope.js';
export { VaultModule } from './vault.module.js';
export { Vault } from './vault.js';
