import { Injectable } from '@nestjs/common';
import { SealedStores, type Binding, type SealedColumn } from '../vault/index.js';
import { pkceBinding, grantBinding } from './authorizations/authorization.js';
import { revocationBinding } from './revocations/revocation.js';
import { tokenSetBinding } from './token-vault.js';

const tokenSets: SealedColumn = {
  name: 'token_sets',
  table: 'token_sets',
  key: 'connection_id',
  column: 'sealed',
  facts: { userId: `SELECT c."user_id" FROM "connections" c WHERE c."id" = t."connection_id"` },
  bindings: ({ id, facts: { userId } }) => (userId ? [tokenSetBinding(id, userId)] : []),
};

const authorizations: SealedColumn = {
  name: 'authorizations',
  table: 'authorizations',
  key: 'id',
  column: 'sealed',
  facts: { userId: 't."user_id"', status: 't."status"' },
  bindings: authorizationBindings,
};

const revocations: SealedColumn = {
  name: 'revocations',
  table: 'revocations',
  key: 'id',
  column: 'sealed',
  facts: { userId: 't."user_id"' },
  bindings: ({ id, facts: { userId } }) => (userId ? [revocationBinding(id, userId)] : []),
};

/** Until the code is spent a record holds what the callback needs, afterwards the grant. */
function authorizationBindings({
  id,
  facts: { userId, status },
}: Parameters<SealedColumn['bindings']>[0]): Binding[] {
  if (!userId) return [];
  const [dance, grant] = [pkceBinding({ id, userId }), grantBinding({ id, userId })];
  return status === 'verified' ? [grant, dance] : [dance, grant];
}

/** Tells the vault where this room keeps what it sealed. */
@Injectable()
export class SealedConnections {
  constructor(stores: SealedStores) {
    for (const column of [tokenSets, authorizations, revocations]) stores.register(column);
  }
}
