import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { query, startPostgres, startServer, startStack, until, untilTask } from './kit/index.js';
import type { Stack, TestPostgres } from './kit/index.js';

const MIGRATE = fileURLToPath(new URL('../apps/api/dist/migrate.js', import.meta.url));
const AUDIT = fileURLToPath(new URL('../scripts/audit.ts', import.meta.url));
const KEYS = `e2e:${Buffer.alloc(32, 7).toString('base64')}`;
const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';

let postgres: TestPostgres;
let ownerUrl: string;
let appUrl: string;
let stack: Stack;
beforeAll(async () => {
  postgres = await startPostgres();
  ownerUrl = await postgres.createDatabase();
  await query(ownerUrl, `CREATE ROLE valetkey_app LOGIN PASSWORD 'app'`);
  const url = new URL(ownerUrl);
  [url.username, url.password] = ['valetkey_app', 'app'];
  appUrl = url.href;
});
afterAll(async () => {
  await stack?.close();
  await postgres.stop();
});

const run = (script: string, args: readonly string[], databaseUrl: string) =>
  promisify(execFile)(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
  });

it('says what to do when the tables are not there and its role may not make them', async () => {
  const start = startServer({ env: { DATABASE_URL: appUrl, VALETKEY_ENCRYPTION_KEYS: KEYS } });
  await expect(start).rejects.toThrow(/npm run migrate/);
});

it('does all of its work with a role that may only add to the audit log', async () => {
  const { stdout } = await run(MIGRATE, ['--app-role', 'valetkey_app'], ownerUrl);
  expect(stdout).toMatch(/^Migrated: .*\nThe role "valetkey_app" may/);
  expect((await run(MIGRATE, ['--app-role', 'valetkey_app'], ownerUrl)).stdout).toMatch(
    /^Nothing to migrate/,
  );

  stack = await startStack({ env: { DATABASE_URL: appUrl, VALETKEY_ENCRYPTION_KEYS: KEYS } });
  const { agent, operator } = stack;
  const user = await stack.connected('ada', { target: 'google', scope: READ_EVENTS });
  expect((await user.get('/my-account/identities/google/access-token')).status).toBe(200);
  const input = { timeMin: '2026-11-24T00:00:00Z', timeMax: '2026-11-25T00:00:00Z' };
  const task = await agent.client.post('/v1/tasks', {
    userId: 'ada',
    action: 'google-calendar.events.list',
    input,
  });
  expect(await untilTask(agent.client, task.body.id)).toMatchObject({ status: 'succeeded' });

  const removed = await operator.delete('/v1/users/ada?eraseAudit=true');
  await until('the user to be erased', async () => {
    const { body } = await operator.get(`/v1/operator/audit-erasures/${removed.body.erasureId}`);
    return body.status === 'waiting';
  });
  // It waits before it erases, too, as long as webhooks have not read the user's events.
  await until('the reads to be erased', async () => {
    const { body } = await operator.get('/v1/audit-events?userId=ada');
    return !body.data.some(({ type }: { type: string }) => type === 'access_token.read');
  });
  expect((await run(AUDIT, ['verify'], appUrl)).stdout).toMatch(/^Verified: .* [1-9]\d* rows erased/);
  for (const sql of ['DELETE FROM audit_events', `UPDATE audit_events SET outcome = 'denied'`])
    await expect(query(appUrl, sql)).rejects.toThrow('permission denied');
});
