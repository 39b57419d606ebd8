import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type TestApp, type TestDatabase } from '../platform/testing/index.js';
import { RunRewrap } from './run-rewrap.js';
import {
  ADMIN_KEY,
  bindingOf,
  createSealedWorld,
  opened,
  store,
  type SealedWorld,
} from './testing/sealed-world.js';
import { VaultKeys } from './vault-keys.js';
import { Vault } from './vault.js';

const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const texts = Array.from({ length: 450 }, (_, index) => `secret ${index}`);
/** The keys under which credentials are hashed and the log is signed are sealed as well. */
const SEALED = texts.length + 2;

let world: SealedWorld;
let database: TestDatabase;
let [one, two] = ['', ''];
beforeEach(async () => {
  [one, two] = [key('one'), key('two')];
  world = await createSealedWorld();
  ({ database } = world);
  const app = await start(one);
  await store(app, database, texts);
  await app.close();
});
afterEach(() => world.close());

const start = (keys: string, env: Record<string, string> = {}): Promise<TestApp> => world.start(keys, env);

const operator = (app: TestApp) => Caller.operator(app.app);
const heldBy = async (keyId: string) =>
  (
    await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM spec_secrets WHERE substring(sealed FROM 3 FOR get_byte(sealed, 1)) = $1`,
      [Buffer.from(keyId)],
    )
  )[0]?.count;

describe('a re-wrap', () => {
  it('brings everything under the new key, retires the old one, and tells how it went', async () => {
    const app = await start(`${two},${one}`);
    const { status, body } = await operator(app).post('/v1/operator/vault/rewraps');
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ status: 'running', keyId: 'two', total: SEALED }),
    ]);
    await app.get(RunRewrap).runDue();
    const { body: ended } = await operator(app).get(`/v1/operator/vault/rewraps/${body.id}`);
    expect(ended).toMatchObject({ status: 'finished', done: SEALED, total: SEALED, failed: 0 });
    expect([await heldBy('one'), await heldBy('two')]).toEqual([0, 450]);
    expect(await opened(app, database)).toEqual(texts);
    const { body: vault } = await operator(app).get('/v1/operator/vault');
    expect(vault.keys).toMatchObject([
      { id: 'two', state: 'seals', secrets: SEALED, holds: { spec_secrets: 450, audit_keys: 2 } },
      { id: 'one', state: 'retired', secrets: 0 },
    ]);
    const events = await database.query<{ type: string; outcome: string }>(
      `SELECT type, outcome FROM audit_events WHERE type LIKE 'vault%' ORDER BY seq`,
    );
    expect(events.map(({ type }) => type)).toEqual([
      'vault_key.added',
      'vault_key.added',
      'vault.rewrap_started',
      'vault.rewrap_finished',
      'vault_key.retired',
    ]);
    await app.close();
    expect(await opened(await start(two), database)).toEqual(texts);
  });

  it('leaves what was written meanwhile, and changes nothing of a row but its sealed bytes', async () => {
    const app = await start(`${two},${one}`);
    await operator(app).post('/v1/operator/vault/rewraps');
    const running = app.get(RunRewrap).runDue();
    const writes: Promise<unknown>[] = [];
    for (let index = 0; index < 450; index += 9) {
      const id = `s${String(index).padStart(6, '0')}`;
      const sealed = await app.get(Vault).seal(`newer ${index}`, bindingOf(id));
      writes.push(
        database.query('UPDATE spec_secrets SET sealed = $2, version = version + 1 WHERE id = $1', [
          id,
          Buffer.from(sealed),
        ]),
      );
    }
    await Promise.all([running, ...writes]);
    expect(await opened(app, database)).toEqual(
      texts.map((text, index) => (index % 9 === 0 ? `newer ${index}` : text)),
    );
    expect(await heldBy('one')).toBe(0);
    const versions = await database.query(
      `SELECT version, count(*)::int FROM spec_secrets GROUP BY 1 ORDER BY 1`,
    );
    expect(versions).toEqual([
      { version: 1, count: 400 },
      { version: 2, count: 50 },
    ]);
  });

  it('counts and names what does not open, leaves it there, and keeps its key', async () => {
    await database.query(`UPDATE spec_secrets SET sealed = sealed || '\\x00' WHERE id = 's000007'`);
    await database.query(`UPDATE spec_secrets SET kind = 'lost' WHERE id = 's000008'`);
    const app = await start(`${two},${one}`);
    const { body } = await operator(app).post('/v1/operator/vault/rewraps');
    await app.get(RunRewrap).runDue();
    const { body: ended } = await operator(app).get(`/v1/operator/vault/rewraps/${body.id}`);
    expect(ended).toMatchObject({ status: 'incomplete', done: SEALED - 2, total: SEALED, failed: 2 });
    expect(ended.lastError).toMatch(/spec_secrets s000008/);
    expect(await heldBy('one')).toBe(2);
    await app.close();
    await expect(start(two)).rejects.toThrow(/holds 2 secrets .* sealed with key "one"; add that key/);
  });

  it('is taken over where it stopped, once its lease is over, and by one process only', async () => {
    const [app, other] = [await start(`${two},${one}`), await start(`${one},${two}`)];
    const { body } = await operator(app).post('/v1/operator/vault/rewraps');
    await database.query(
      `UPDATE rewraps SET holder = 'dead', lease_until = now() + interval '1 hour', store = 'spec_secrets', cursor = 's000199'`,
    );
    await app.get(RunRewrap).runDue();
    expect(await heldBy('two')).toBe(0);
    await database.query(`UPDATE rewraps SET lease_until = now() - interval '1 second'`);
    await Promise.all([app.get(RunRewrap).runDue(), other.get(RunRewrap).runDue()]);
    const { body: ended } = await operator(app).get(`/v1/operator/vault/rewraps/${body.id}`);
    // Values that a lost cursor skipped are found by the next pass.
    expect(ended).toMatchObject({ status: 'finished', done: SEALED, total: SEALED });
    expect([await heldBy('one'), await heldBy('two')]).toEqual([0, 450]);
  });

  it('runs in a worker by itself', async () => {
    const app = await start(`${two},${one}`, { VALETKEY_ROLE: 'worker' });
    const { body } = await operator(app).post('/v1/operator/vault/rewraps');
    for (let tries = 0; tries < 100 && (await heldBy('one')) !== 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await heldBy('two')).toBe(450);
    expect(body.id).toMatch(/^rwp_/);
  });

  it('is not started twice at a time', async () => {
    const app = await start(`${two},${one}`);
    const answers = await Promise.all([1, 2, 3].map(() => operator(app).post('/v1/operator/vault/rewraps')));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const { headers, body } = await operator(app).get('/v1/operator/vault/rewraps');
    expect([headers['content-range'], body.length]).toEqual(['rewraps 0-0/1', 1]);
  });

  it('is for owners; others may look', async () => {
    const app = await start(`${two},${one}`);
    const admin = new Caller(app.app, ADMIN_KEY);
    expect((await admin.get('/v1/operator/vault')).status).toBe(200);
    for (const path of ['rewraps', 'keys']) {
      const { status, body } = await admin.post(`/v1/operator/vault/${path}`);
      expect([status, body.code]).toEqual([403, 'owner_required']);
    }
  });
});

describe('a process that still seals with a retired key', () => {
  it('puts its key back, so that it is not taken out', async () => {
    const [app, late] = [await start(`${two},${one}`), await start(`${one},${two}`)];
    await operator(app).post('/v1/operator/vault/rewraps');
    await app.get(RunRewrap).runDue();
    await store(late, database, ['sealed late']);
    await late.get(VaultKeys).refresh();
    await world.stop();
    await expect(start(two)).rejects.toThrow(/holds 1 secret .* sealed with key "one"/);
  });
});
