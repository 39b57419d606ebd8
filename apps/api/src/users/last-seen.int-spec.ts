import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import { createWorld, type TestApp, type TestDatabase, type World } from '../platform/testing/index.js';
import { VaultModule } from '../vault/index.js';
import { LastSeen } from './last-seen.js';
import { UsersModule } from './users.module.js';

let world: World;
let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [UsersModule, VaultModule, AuditModule] });
  ({
    database,
    apps: [app],
  } = world);
});
afterAll(() => world.close());

const row = async (id: string) =>
  (await database.query<{ last_seen_at: Date | null }>('SELECT * FROM users WHERE id = $1', [id]))[0];
const note = (userId: string, issuedAtMs = app.clock.now()) => app.get(LastSeen).note({ userId, issuedAtMs });
const written = () => app.get(LastSeen).beforeApplicationShutdown();

it('makes a new user known at once, and writes a little later that they were here', async () => {
  const before = app.clock.now();
  await note('ada');
  expect(await row('ada')).toMatchObject({ last_seen_at: null });
  await written();
  expect((await row('ada'))?.last_seen_at?.getTime()).toBeGreaterThanOrEqual(before);
});

it('writes once a minute, for many users together', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `user-${n}`);
  const noteAll = () => Promise.all(names.map((name) => note(name)));
  await noteAll();
  await written();
  const first = (await row('user-7'))?.last_seen_at?.getTime() ?? 0;
  app.clock.advance(30_000);
  await noteAll();
  await written();
  expect((await row('user-7'))?.last_seen_at?.getTime()).toBe(first);
  app.clock.advance(30_000);
  await noteAll();
  await written();
  expect((await row('user-7'))?.last_seen_at?.getTime()).toBeGreaterThanOrEqual(first + 60_000);
});

it('knows a user again whom another process has deleted meanwhile', async () => {
  await note('alan');
  await database.query("DELETE FROM users WHERE id = 'alan'");
  await written();
  expect(await row('alan')).toBeUndefined();
  app.clock.advance(1_000);
  await note('alan');
  expect(await row('alan')).toBeDefined();
});

it('does not make a user known again by a token from before another process deleted them', async () => {
  const issuedAt = app.clock.now();
  await note('leaver', issuedAt);
  await database.query("DELETE FROM users WHERE id = 'leaver'");
  const hash = createHash('sha256').update('leaver').digest();
  await database.query('INSERT INTO deleted_users (user_hash, deleted_at) VALUES ($1, $2)', [
    hash,
    new Date(issuedAt + 500),
  ]);
  await written();
  expect(await note('leaver', issuedAt)).toBe(false);
  expect(await row('leaver')).toBeUndefined();
  expect(await note('leaver', issuedAt + 1_000)).toBe(true);
  expect(await row('leaver')).toBeDefined();
});
