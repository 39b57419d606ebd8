import { Injectable, Module } from '@nestjs/common';
import { AuditModule } from '../../audit/index.js';
import { CredentialReaders, type Caller } from '../../platform/index.js';
import {
  createWorld,
  OPERATOR_KEY,
  type TestApp,
  type TestDatabase,
  type World,
} from '../../platform/testing/index.js';
import { SealedStores } from '../sealed-stores.js';
import { VaultModule } from '../vault.module.js';
import { Vault } from '../vault.js';

/** The binding of the secrets of these specs. */
export const bindingOf = (id: string) => ({ purpose: 'spec', rowId: id });

/** A room that keeps secrets in the vault, for specs of the vault alone. */
@Injectable()
class SpecSecrets {
  constructor(stores: SealedStores) {
    stores.register({
      name: 'spec_secrets',
      table: 'spec_secrets',
      key: 'id',
      column: 'sealed',
      facts: { kind: 't."kind"' },
      bindings: ({ id, facts: { kind } }) => (kind === 'lost' ? [] : [bindingOf(id)]),
    });
  }
}
Reflect.defineMetadata('design:paramtypes', [SealedStores], SpecSecrets);

/** The key of an operator of role admin. */
export const ADMIN_KEY = 'vk_op_specs_only_admin_0123456789abcdefghij';

/** Stands for the operators' room, which the vault must not import. */
@Injectable()
class SpecOperators {
  constructor(readers: CredentialReaders) {
    readers.register({ read: async (_, bearer) => operatorOf(bearer) });
  }
}
Reflect.defineMetadata('design:paramtypes', [CredentialReaders], SpecOperators);

function operatorOf(bearer: string | undefined): Caller | undefined {
  if (bearer === OPERATOR_KEY) return { type: 'operator', id: 'opr_owner', role: 'owner', via: 'key' };
  return bearer === ADMIN_KEY ? { type: 'operator', id: 'opr_admin', role: 'admin', via: 'key' } : undefined;
}

@Module({ imports: [VaultModule], providers: [SpecSecrets, SpecOperators] })
class SpecSecretsModule {}

/** Processes with the vault and that room, which has its table; a spec starts them with its keys. */
export interface SealedWorld extends Pick<World, 'database' | 'stop' | 'close'> {
  start(keys: string, env?: Readonly<Record<string, string>>): Promise<TestApp>;
}

export async function createSealedWorld(): Promise<SealedWorld> {
  const rooms = [VaultModule, AuditModule, SpecSecretsModule];
  const world = await createWorld({ rooms, processes: 0 });
  await world.database.query(
    `CREATE TABLE spec_secrets (id text PRIMARY KEY, kind text NOT NULL DEFAULT 'kept', sealed bytea, version int DEFAULT 1)`,
  );
  return {
    ...world,
    start: (keys, env = {}) => world.start({ env: { VALETKEY_ENCRYPTION_KEYS: keys, ...env } }),
  };
}

/** Seals `texts` and stores them under ids made of their numbers. */
export async function store(app: TestApp, database: TestDatabase, texts: readonly string[]): Promise<void> {
  for (const [index, text] of texts.entries()) {
    const id = `s${String(index).padStart(6, '0')}`;
    const sealed = await app.get(Vault).seal(text, bindingOf(id));
    await database.query(
      'INSERT INTO spec_secrets (id, sealed) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET sealed = $2',
      [id, Buffer.from(sealed)],
    );
  }
}

/** Everything stored, opened by this process, in the order of the ids. */
export async function opened(app: TestApp, database: TestDatabase): Promise<string[]> {
  const rows = await database.query<{ id: string; sealed: Buffer }>(
    'SELECT id, sealed FROM spec_secrets ORDER BY id',
  );
  return Promise.all(rows.map(({ id, sealed }) => app.get(Vault).open(sealed, bindingOf(id))));
}
