import { createHash, randomBytes } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectorsFileFor } from '@valetkey/twin';
import {
  migratedDataDir,
  newDataDir,
  runToEnd,
  startPostgres,
  startServer,
  type Exit,
  type TestPostgres,
} from './kit/index.js';

const SECRET = 'sEcReT-value-nobody-may-see';
/** The same number, the same key; it looks as random as one. */
const key = (number: number, id = 'key1') =>
  `${id}:${createHash('sha256').update(String(number)).digest('base64')}`;

let postgres: TestPostgres;
let directory: string;
/** With a database in it: a first start takes much longer. */
let migrated: string;
beforeAll(async () => {
  postgres = await startPostgres();
  migrated = migratedDataDir();
  directory = mkdtempSync(join(tmpdir(), 'valetkey-files-'));
});
afterAll(async () => {
  await postgres.stop();
  for (const each of [directory, migrated]) rmSync(each, { recursive: true, force: true });
});

/** Exit 1 and one line that says what is wrong: no stack, no secret, nothing else. */
function expectOneLine(exit: Exit, words: RegExp): void {
  expect(exit.stderr).toMatch(words);
  expect(exit).toMatchObject({ code: 1, signal: null });
  expect(exit.stderr.trim().split('\n')).toHaveLength(1);
  expect(exit.stderr).toMatch(/^Valetkey cannot start: \S/);
  const all = exit.stderr + exit.stdout;
  expect(all).not.toContain(SECRET);
  expect(all).not.toMatch(/\n\s+at |node:internal|file:\/\//);
  expect(exit.stdout).toBe('');
}

/** No number of these starts reaches a database. */
const EARLY: [name: string, env: Record<string, string | undefined>, words: RegExp][] = [
  ['a port that is no number', { PORT: SECRET }, /PORT/],
  ['a port beyond all ports', { PORT: '70000' }, /PORT/],
  [
    'a setting that does not exist',
    { VALETKEY_ENCRYPTON_KEYS: SECRET },
    /VALETKEY_ENCRYPTON_KEYS is not a setting/,
  ],
  ['a role that does not exist', { VALETKEY_ROLE: SECRET }, /VALETKEY_ROLE/],
  [
    'a database that is no PostgreSQL',
    { DATABASE_URL: `mysql://root:${SECRET}@127.0.0.1/x` },
    /DATABASE_URL/,
  ],
  ['a public URL that is none', { VALETKEY_PUBLIC_URL: SECRET }, /VALETKEY_PUBLIC_URL/],
  [
    'a password that is too short',
    { VALETKEY_OPERATOR_PASSWORD: 'short' },
    /VALETKEY_OPERATOR_PASSWORD.*8 characters/,
  ],
  [
    'an operator key that is too short',
    { VALETKEY_OPERATOR_API_KEY: 'short' },
    /VALETKEY_OPERATOR_API_KEY.*32 characters/,
  ],
  ['issuers that are no JSON', { VALETKEY_USER_ISSUERS: `[${SECRET}` }, /VALETKEY_USER_ISSUERS.*JSON/],
  ['an environment that is neither of three', { NODE_ENV: 'prod' }, /NODE_ENV is not valid.*production/],
  [
    'production without an address',
    { NODE_ENV: 'production', VALETKEY_ENCRYPTION_KEYS: key(1) },
    /VALETKEY_PUBLIC_URL is required/,
  ],
  ['production without a key', { NODE_ENV: 'production' }, /VALETKEY_ENCRYPTION_KEYS is required/],
  [
    'a connectors file that is not there',
    { VALETKEY_CONNECTORS_FILE: '/nowhere/connectors.json' },
    /connectors\.json cannot be read: ENOENT/,
  ],
  [
    'a catalogue directory that is not there',
    { VALETKEY_CATALOGUE_DIR: '/nowhere/catalogue' },
    /VALETKEY_CATALOGUE_DIR \/nowhere\/catalogue: cannot be read: ENOENT/,
  ],
];

it.each(EARLY)('names %s', async (_name, env, words) => {
  expectOneLine(await runToEnd({ env }), words);
});

const good = connectorsFileFor('http://127.0.0.1:9', { targets: ['google'] });
const [google] = good.connectors;
const FILES: [name: string, content: unknown, words: RegExp][] = [
  ['is no JSON', `{"connectors": ${SECRET}`, /is not JSON/],
  ['has no connectors', {}, /connectors/],
  ['has a member that nobody knows', { ...good, more: SECRET }, /more/],
  [
    'has a preset that does not exist',
    { connectors: [{ ...google, preset: SECRET }] },
    /connectors\.0\.preset/,
  ],
  [
    'lacks a client id',
    { connectors: [{ ...google, clientId: undefined }] },
    /connector "google".*clientId: the preset google needs it/,
  ],
  ['names a target twice', { connectors: [google, google] }, /"google" is there twice/],
  [
    'names plain http beyond loopback',
    { connectors: [{ ...google, endpoints: { token: `http://example.com/${SECRET}` } }] },
    /connectors\.0\.endpoints\.token.*https/,
  ],
  [
    'leaves out endpoints that no preset fills',
    { connectors: [{ target: 'own', preset: 'oauth2', clientId: 'x', clientSecret: SECRET }] },
    /"own".*endpoints/,
  ],
  [
    'reads a variable that is not set',
    { connectors: [{ ...google, clientSecret: '${NOT_SET_ANYWHERE}' }] },
    /NOT_SET_ANYWHERE is not set/,
  ],
  [
    'names a provider that does not exist',
    { ...good, providers: { nowhere: { apiBaseUrl: SECRET } } },
    /nowhere/,
  ],
  [
    'gives a provider a base URL that is none',
    { ...good, providers: { gmail: { apiBaseUrl: SECRET } } },
    /gmail/,
  ],
];

it.each(FILES)('names what is wrong when the connectors file %s', async (_name, content, words) => {
  const path = join(directory, 'connectors.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  const dataDir = join(directory, 'data');
  expectOneLine(await runToEnd({ dataDir, env: { VALETKEY_CONNECTORS_FILE: path } }), words);
  // It is told of before anything is started: nothing was written for a database.
  expect(existsSync(dataDir)).toBe(false);
});

it('names a port that somebody else listens on', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  expectOneLine(
    await runToEnd({ dataDir: migrated, port, env: { VALETKEY_DATA_DIR: join(directory, 'not-made') } }),
    new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`),
  );
  other.close();
});

it('names a database or a Redis that cannot be reached, without its password', async () => {
  const closed = `127.0.0.1:1`;
  expectOneLine(
    await runToEnd({ env: { DATABASE_URL: `postgresql://u:${SECRET}@${closed}/x` } }),
    /DATABASE_URL: cannot connect/,
  );
  const wrong = (await postgres.createDatabase()).replace(/:[0-9a-f]+@/, `:${SECRET}@`);
  expectOneLine(await runToEnd({ env: { DATABASE_URL: wrong } }), /DATABASE_URL: cannot connect: .*password/);
  const databaseUrl = await postgres.createDatabase();
  expectOneLine(
    await runToEnd({ env: { DATABASE_URL: databaseUrl, REDIS_URL: `redis://:${SECRET}@${closed}` } }),
    /REDIS_URL: cannot connect/,
  );
});

it('names a bad key, and a key that is not the one of this database', async () => {
  const env = {
    DATABASE_URL: await postgres.createDatabase(),
    NODE_ENV: 'production',
    VALETKEY_PUBLIC_URL: 'https://valetkey.example',
    VALETKEY_OPERATOR_API_KEY: `vk_op_${randomBytes(32).toString('hex')}`,
  };
  const withKeys = (keys: string) => runToEnd({ env: { ...env, VALETKEY_ENCRYPTION_KEYS: keys } });
  expectOneLine(
    await withKeys(`key1:${Buffer.from(SECRET).toString('base64')}`),
    /entry 1 is not keyId:base64\(32 bytes\)/,
  );
  expectOneLine(await withKeys(`${key(1)},${key(2)}`), /same key id twice/);

  const server = await startServer({ env: { ...env, VALETKEY_ENCRYPTION_KEYS: key(1) } });
  await server.destroy();
  expectOneLine(await withKeys(key(2)), /key "key1" is not the one that this database was sealed with/);
  expectOneLine(await withKeys(key(2, 'key2')), /sealed with key "key1"; add that key/);
  expectOneLine(await withKeys(`${key(2, 'key2')},${key(3)}`), /key "key1" is not the one/);

  // The right one beside a newer one: the older opens, the newer seals.
  const rotated = await startServer({
    env: { ...env, VALETKEY_ENCRYPTION_KEYS: `${key(2, 'key2')},${key(1)}` },
  });
  await rotated.destroy();
});

it('names a data directory that cannot be one', async () => {
  const path = join(directory, 'a-file');
  writeFileSync(path, '');
  expectOneLine(await runToEnd({ dataDir: path }), /VALETKEY_DATA_DIR .*a-file/);
});

it('names a second start on one data directory, and starts over the lock of a process that was killed', async () => {
  const server = await startServer();
  expectOneLine(
    await runToEnd({ dataDir: server.dataDir }),
    /is in use by a running Valetkey \(process \d+\)/,
  );
  expect((await server.anonymous.get('/health/ready')).status).toBe(200);
  await server.killEverything();
  await server.restart();
  expect((await server.anonymous.get('/health/ready')).status).toBe(200);
  await server.kill('SIGKILL');
  await server.restart();
  expect((await server.anonymous.get('/health/ready')).status).toBe(200);
  await server.destroy();
});

it.each(['--port=4000', '--foo', '-p', 'worker', '--help=1'])(
  'refuses %s on its command line before it starts anything',
  async (word) => {
    const dataDir = join(directory, 'no-data');
    expectOneLine(
      await runToEnd({ dataDir, args: ['--help', word] }),
      /is not an option; settings are environment/,
    );
    expect(existsSync(dataDir)).toBe(false);
  },
);

it('lists every setting with --help and starts nothing', async () => {
  const dataDir = newDataDir();
  const help = await runToEnd({ dataDir, args: ['--help'], env: { PORT: 'not looked at' } });
  expect(help).toMatchObject({ code: 0, stderr: '' });
  const names = [
    'PORT',
    'HOST',
    'DATABASE_URL',
    'REDIS_URL',
    'NODE_ENV',
    'VALETKEY_PUBLIC_URL',
    'VALETKEY_DATA_DIR',
    'VALETKEY_ROLE',
  ];
  for (const name of [
    ...names,
    'VALETKEY_ENCRYPTION_KEYS',
    'VALETKEY_CONNECTORS_FILE',
    'VALETKEY_CATALOGUE_DIR',
    'VALETKEY_REDIRECT_URIS',
    'VALETKEY_OPERATOR_EMAIL',
    'VALETKEY_OPERATOR_PASSWORD',
    'VALETKEY_OPERATOR_API_KEY',
    'VALETKEY_USER_ISSUERS',
    'VALETKEY_DEMO',
  ]) {
    expect(help.stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
  }
  rmSync(dataDir, { recursive: true });
});
