import { Injectable } from '@nestjs/common';
import { SealedStores, type Binding, type SealedColumn } from '../vault/index.js';
import { grantBinding, pkceBinding } from './authorization.js';

/** Tells the vault what authorizations hold: until the code is spent what the callback needs, afterwards the grant. */
@Injectable()
export class SealedAuthorizations {
  constructor(stores: SealedStores) {
    stores.register({
      name: 'authorizations',
      table: 'authorizations',
      key: 'id',
      column: 'sealed',
      facts: { userId: 't."user_id"', status: 't."status"' },
      bindings,
    });
  }
}

function bindings({ id, facts: { userId, status } }: Parameters<SealedColumn['bindings']>[0]): Binding[] {
  if (!userId) return [];
  const [secrets, grant] = [pkceBinding({ id, userId }), grantBinding({ id, userId })];
  return status === 'verified' ? [grant, secrets] : [secrets, grant];
}
