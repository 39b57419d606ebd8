import { Injectable } from '@nestjs/common';
import { auditKeyBinding, AuditKeys } from '../audit/index.js';
import { SealedStores } from './sealed-stores.js';
import { Vault } from './vault.js';

/** Seals the keys of the audit log, which is further right and cannot ask for it. */
@Injectable()
export class SealedAuditKeys {
  constructor(keys: AuditKeys, stores: SealedStores, vault: Vault) {
    keys.sealWith(vault);
    stores.register({
      name: 'audit_keys',
      table: 'audit_keys',
      key: 'id',
      column: 'sealed_secret',
      bindings: ({ id }) => [auditKeyBinding(id)],
    });
  }
}
