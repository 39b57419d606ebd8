import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import {
  createTestApp,
  createTestDatabase,
  type TestApp,
  type TestDatabase,
} from '../platform/testing/index.js';
import { VaultModule } from '../vault/index.js';
import { LastSeen } from './last-seen.js';
import { UsersModule } from './users.module.js';

let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await createTestDatabase();
  app = await createTestApp({
    modules: [UsersModule, VaultModule, AuditModule],
    databaseUrl: database.url,
  });
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const row = async (id: string) =>
  (await database.query<{ last_seen_at: Date | null }>('SELECT * FROM users WHERE id = $1', [id]))[0];
const written = () => app.get(LastSeen).beforeApplicationShutdown();

it('makes a new user known at once, and writes a little later that they were here', async () => {
  const before = app.clock.now();
  await app.get(LastSeen).note('ada');
  expect(await row('ada')).toMatchObject({ last_seen_at: null });
  await written();
  expect((await row('ada'))?.last_seen_at?.getTime()).toBeGreaterThanOrEqual(before);
});

it('writes once a minute, for many users together', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `user-${n}`);
  const note = () => Promise.all(names.map((name) => app.get(LastSeen).note(name)));
  await note();
  await written();
  const first = (await row('user-7'))?.last_seen_at?.getTime() ?? 0;
  app.clock.advance(30_000);
  await note();
  await written();
  expect((await row('user-7'))?.last_seen_at?.getTime()).toBe(first);
  app.clock.advance(30_000);
  await note();
  await written();
  expect((await row('user-7'))?.last_seen_at?.getTime()).toBeGreaterThanOrEqual(first + 60_000);
});

it('knows a user again whom another process has deleted meanwhile', async () => {
  await app.get(LastSeen).note('alan');
  await database.query("DELETE FROM users WHERE id = 'alan'");
  await written();
  expect(await row('alan')).toBeUndefined();
  app.clock.advance(1_000);
  await app.get(LastSeen).note('alan');
  expect(await row('alan')).toBeDefined();
});
