import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import { SettingsError } from '../config/index.js';
import { createWorld, type TestApp, type TestDatabase, type World } from '../platform/testing/index.js';
import { VaultModule } from './vault.module.js';
import { Vault } from './vault.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const binding = { purpose: 'spec', rowId: 'con_1', userId: 'ada' };

let world: World<readonly TestApp[]>;
let database: TestDatabase;
beforeEach(async () => {
  world = await createWorld({ rooms: [VaultModule, AuditModule], processes: 0 });
  ({ database } = world);
});
afterEach(() => world.close());

const start = (keys: string) => world.start({ env: { VALETKEY_ENCRYPTION_KEYS: keys } });

/** A value sealed by a process with these keys; it has ended when this resolves. */
async function sealedBy(keys: string): Promise<Uint8Array> {
  const app = await start(keys);
  const sealed = await app.get(Vault).seal('ya29.secret', binding);
  await app.close();
  return sealed;
}

async function openedBy(keys: string, sealed: Uint8Array): Promise<string> {
  const app = await start(keys);
  try {
    return await app.get(Vault).open(sealed, binding);
  } finally {
    await app.close();
  }
}

describe('a database that was sealed', () => {
  const [one, two] = [key('one'), key('two')];

  it('is opened by the next process with the same key', async () => {
    expect(await openedBy(one, await sealedBy(one))).toBe('ya29.secret');
  });

  it('stops a start without its key, naming the key that is missing', async () => {
    await sealedBy(one);
    await expect(start(two)).rejects.toThrow(SettingsError);
    await expect(start(two)).rejects.toThrow(/sealed with key "one"; add that key/);
    expect(await database.query('SELECT key_id FROM vault_keys')).toEqual([{ key_id: 'one' }]);
  });

  it('stops a start with another key of the same name', async () => {
    await sealedBy(one);
    const other = key('one');
    await expect(start(other)).rejects.toThrow(/key "one" is not the one/);
    await expect(start(other)).rejects.not.toThrow(other.slice(4));
  });

  it('is opened after a rotation, whose new key seals from then on', async () => {
    const old = await sealedBy(one);
    const ring = `${two},${one}`;
    const fresh = await sealedBy(ring);
    expect([await openedBy(ring, old), await openedBy(ring, fresh)]).toEqual(['ya29.secret', 'ya29.secret']);
    expect(Buffer.from(fresh).subarray(2, 5).toString()).toBe('two');
    expect(await database.query('SELECT key_id FROM vault_keys ORDER BY key_id')).toEqual([
      { key_id: 'one' },
      { key_id: 'two' },
    ]);
  });

  it('is started by two processes at once, both for the first time', async () => {
    const apps = await Promise.all([start(one), start(one)]);
    await Promise.all(apps.map((app) => app.close()));
    expect(await database.query('SELECT key_id FROM vault_keys')).toEqual([{ key_id: 'one' }]);
  });
});

describe('a sealed value', () => {
  const keys = key('one');

  it.each([
    ['another row', { ...binding, rowId: 'con_2' }],
    ['another user', { ...binding, userId: 'alan' }],
    ['another purpose', { ...binding, purpose: 'other' }],
  ])('does not open for %s', async (_, other) => {
    const app = await start(keys);
    const sealed = await app.get(Vault).seal('ya29.secret', binding);
    await expect(app.get(Vault).open(sealed, other)).rejects.toThrow(/do not open/);
    await app.close();
  });
});
