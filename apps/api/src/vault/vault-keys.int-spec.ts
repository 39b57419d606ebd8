import process from 'node:process';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KEY_SERVICE_NAMES, startKeyServices, type KeyServices } from '@valetkey/twin';
import { SettingsError } from '../config/index.js';
import { Caller, type TestApp, type TestDatabase } from '../platform/testing/index.js';
import { RunRewrap } from './run-rewrap.js';
import { createSealedWorld, opened, store, type SealedWorld } from './testing/sealed-world.js';

const local = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;

let services: KeyServices;
let world: SealedWorld;
let database: TestDatabase;
const before = { ...process.env };
beforeAll(async () => {
  services = await startKeyServices();
  Object.assign(process.env, services.env);
});
afterAll(async () => {
  await services.close();
  for (const name of Object.keys(services.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});
beforeEach(async () => {
  services.become('serving');
  world = await createSealedWorld();
  ({ database } = world);
});
afterEach(() => world.close());

const start = (keys: string): Promise<TestApp> => world.start(keys);

const keyRows = () =>
  database.query<{ key_id: string; provider: string; wrapped_key: Buffer | null }>(
    'SELECT key_id, provider, wrapped_key FROM vault_keys ORDER BY key_id',
  );

describe.each(KEY_SERVICE_NAMES.map((name) => [name]))('with a key of %s', (name) => {
  const uri = () => services.uris[name];

  it('makes one key at the first start, unwraps it at the next, and asks nothing in between', async () => {
    const first = await start(uri());
    const from = services.calls.length;
    await store(first, database, ['one', 'two']);
    expect(await opened(first, database)).toEqual(['one', 'two']);
    expect(services.calls.length).toBe(from);
    await world.stop();
    expect(await opened(await start(uri()), database)).toEqual(['one', 'two']);
    expect(services.calls.length).toBe(from + 1);
    const [row, ...others] = await keyRows();
    expect(others).toEqual([]);
    expect(row).toMatchObject({ key_id: 'kms1', provider: uri().split('?')[0] });
  });

  it('goes on when the service is gone after the start', async () => {
    const app = await start(uri());
    services.become('failing');
    await store(app, database, ['kept']);
    expect(await opened(app, database)).toEqual(['kept']);
  });

  it('says in one line why a start fails', async () => {
    await store(await start(uri()), database, ['kept']);
    await world.stop();
    for (const [mood, words] of [
      ['denying', /denies the use of the key/],
      ['keyless', /does not know the key/],
    ] as const) {
      services.become(mood);
      const error = await start(uri()).catch((thrown: unknown) => thrown as Error);
      expect(error).toBeInstanceOf(SettingsError);
      expect((error as Error).message).toMatch(words);
      expect((error as Error).message).toMatch(/^VALETKEY_ENCRYPTION_KEYS: (AWS|Google|Vault)/);
      expect((error as Error).message).not.toMatch(/\n|twin: refused|secret-access|hvs\.|ya29/);
    }
  });
});

describe('keys of a key service', () => {
  it('are one key for processes that start at once on an empty database', async () => {
    const uri = services.uris['aws-kms'];
    const [a, b, c] = await Promise.all([start(uri), start(uri), start(uri)]);
    await store(a!, database, ['shared']);
    expect(await opened(b!, database)).toEqual(['shared']);
    expect(await opened(c!, database)).toEqual(['shared']);
    expect(await keyRows()).toHaveLength(1);
    const added = await database.query(`SELECT 1 FROM audit_events WHERE type = 'vault_key.added'`);
    expect(added).toHaveLength(1);
  });

  it('are rotated by an operator; another process opens what the new one sealed at once', async () => {
    const uri = services.uris['vault-transit'];
    const [a, b] = [await start(uri), await start(uri)];
    await store(a, database, ['old']);
    const { status, body } = await Caller.operator(a.app).post('/v1/operator/vault/keys');
    expect([status, body.id, body.state, body.providerName]).toEqual([201, 'kms2', 'seals', 'Vault Transit']);
    await store(a, database, ['old', 'new']);
    expect(await opened(b, database)).toEqual(['old', 'new']);
    await store(b, database, ['sealed by b']);
    const { body: vault } = await Caller.operator(b.app).get('/v1/operator/vault');
    expect(vault.keys.map((key: { id: string; secrets: number }) => [key.id, key.secrets])).toEqual([
      ['kms2', 2],
      // The key under which credentials are hashed.
      ['kms1', 1],
    ]);
  });

  it('are not rotated while the service refuses, and nothing changes', async () => {
    const app = await start(services.uris['gcp-kms']);
    services.become('denying');
    const { status, body } = await Caller.operator(app.app).post('/v1/operator/vault/keys');
    expect([status, body.code]).toEqual([503, 'key_service_unavailable']);
    expect(await keyRows()).toHaveLength(1);
  });

  it('take over from a local key, and a local key from them', async () => {
    const old = local('old');
    await store(await start(old), database, ['a']);
    await world.stop();
    const uri = services.uris['aws-kms'];
    const app = await start(`${uri},${old}`);
    expect(await opened(app, database)).toEqual(['a']);
    await store(app, database, ['b']);
    await world.stop();
    const last = await start(`${old},${uri}`);
    expect(await opened(last, database)).toEqual(['b']);
  });

  it('are needed as long as they hold something', async () => {
    await store(await start(services.uris['aws-kms']), database, ['a', 'b']);
    await world.stop();
    const error = await start(local('new')).catch((thrown: unknown) => thrown as Error);
    expect((error as Error).message).toMatch(
      /holds 4 secrets \(2 in audit_keys, 2 in spec_secrets\) sealed with key "kms1" of aws-kms:\/\/\/arn.*add that key.*npm run vault -- rewrap/,
    );
  });

  it('are refused when the row of one was changed', async () => {
    await start(services.uris['aws-kms']);
    await world.stop();
    await database.query(`UPDATE vault_keys SET wrapped_key = wrapped_key || '\\x00'`);
    await expect(start(services.uris['aws-kms'])).rejects.toThrow(/does not open what it wrapped/);
  });
});

describe('a local key', () => {
  it('is not rotated over the API, which says how it is done', async () => {
    const app = await start(local('one'));
    const { status, body } = await Caller.operator(app.app).post('/v1/operator/vault/keys');
    expect([status, body.code]).toEqual([409, 'local_key']);
    expect(body.detail).toMatch(/put a new one in front/);
  });

  it('may be taken out when it holds nothing, and not before; each with its event', async () => {
    const [one, two] = [local('one'), local('two')];
    await store(await start(one), database, ['a']);
    await world.stop();
    await expect(start(two)).rejects.toThrow(/sealed with key "one"/);
    const app = await start(`${two},${one}`);
    expect((await Caller.operator(app.app).post('/v1/operator/vault/rewraps')).status).toBe(201);
    await app.get(RunRewrap).runDue();
    await world.stop();
    await start(two);
    expect((await keyRows()).map(({ key_id }) => key_id)).toEqual(['two']);
    const events = await database.query<{ type: string; detail: { keyId: string } }>(
      `SELECT type, detail FROM audit_events WHERE type LIKE 'vault_key.%' ORDER BY seq`,
    );
    expect(events.map(({ type, detail }) => [type, detail.keyId])).toEqual([
      ['vault_key.added', 'one'],
      ['vault_key.added', 'two'],
      ['vault_key.retired', 'one'],
    ]);
  });
});
