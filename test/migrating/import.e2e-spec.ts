/** `npm run import`: token sets of other products, brought along by a command that may end at any time. */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOKEN_MARKER } from '@valetkey/twin';
import { importCommand, query, startImport, startStack, until, type Stack } from '../kit/index.js';

const SCOPE = 'https://www.googleapis.com/auth/calendar.events';
const SECRET = `made-up${TOKEN_MARKER}`;

let stack: Stack;
let directory: string;
beforeAll(async () => {
  stack = await startStack({ targets: ['google', 'github'] });
  directory = mkdtempSync(join(tmpdir(), 'valetkey-import-'));
});
afterAll(async () => {
  await stack.close();
  rmSync(directory, { recursive: true, force: true });
});

const idToken = (sub: string) => `x.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.x`;
const nangoLine = (n: number | string, members: object = {}, credentials: object = {}) => ({
  id: 1,
  connection_id: `conn-${n}`,
  provider_config_key: 'google-calendar-prod',
  provider: 'google-calendar',
  end_user: { id: `user-${n}`, email: null },
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-11-01T00:00:00.000Z',
  metadata: { account: `account-${n}` },
  credentials: {
    type: 'OAUTH2',
    access_token: `${SECRET}-a${n}`,
    refresh_token: `${SECRET}-r${n}`,
    expires_at: '2026-11-01T01:00:00.000Z',
    raw: { scope: SCOPE, id_token: idToken(`google-${n}`) },
    ...credentials,
  },
  ...members,
});

function fileOf(name: string, lines: readonly (object | string)[]): string {
  const file = join(directory, name);
  writeFileSync(file, lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'));
  return file;
}

const connectionsOf = async (userId: string) =>
  (await stack.operator.get(`/v1/connections?userId=${userId}`)).body.data;
const count = async (like: string) =>
  Number(
    (
      await query(
        stack.server.embeddedDatabaseUrl,
        `SELECT count(*) AS n FROM connections WHERE user_id LIKE '${like}'`,
      )
    )[0]?.['n'],
  );
const run = (...args: string[]) => importCommand(stack.server.url, args);
const MAP = ['--map', 'google-calendar-prod=google'];

it('tries a file of Nango out, says what stays behind and why, stores nothing and prints no secret', async () => {
  const file = fileOf('trial.jsonl', [
    nangoLine('t1'),
    `{"credentials": "${SECRET}`,
    nangoLine('t3', { provider_config_key: 'slack' }),
    nangoLine('t4', {}, { type: 'API_KEY' }),
    '',
    nangoLine('t6', {}, { raw: { scope: SCOPE } }),
    nangoLine('t7', { connection_id: 7 }),
    nangoLine('t8', { padding: 'x'.repeat(300_000) }),
  ]);
  const { code, stdout, stderr } = await run('--from', 'nango', file, ...MAP);
  expect(code).toBe(1);
  const behind = stdout.split('\n').filter((line) => line.includes('stays behind'));
  expect(behind.map((line) => line.slice(0, 38))).toEqual([
    expect.stringMatching(/^line 2 .*no JSON|^line 2 stays behind: is no JSON/),
    expect.stringContaining('line 3 stays behind: is of a connector'),
    expect.stringContaining('line 4 stays behind: credentials of'),
    expect.stringContaining('line 6 stays behind: does not say'),
    expect.stringContaining('line 7 stays behind: is not of this'),
    expect.stringContaining('line 8 stays behind: is longer'),
  ]);
  expect(stdout).toContain('1 would come along, 6 not');
  expect(`${stdout}${stderr}`).not.toContain(SECRET);
  expect(await connectionsOf('user-t1')).toEqual([]);
});

it('brings them along once, however often it is run, and tells which connection each became', async () => {
  const report = join(directory, 'report.jsonl');
  const file = fileOf('two.jsonl', [nangoLine('a'), nangoLine('b', { end_user: null })]);
  const first = await run('--from', 'nango', file, ...MAP, '--apply', '--report', report);
  expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('2 new')]);
  const [connection] = await connectionsOf('user-a');
  expect(connection).toMatchObject({
    target: 'google',
    status: 'expired',
    refreshable: true,
    account: { id: 'google-a' },
    scopes: [SCOPE],
  });
  expect(await connectionsOf('conn-b')).toHaveLength(1);
  const reported = readFileSync(report, 'utf8');
  expect(JSON.parse(reported.split('\n')[0] ?? '')).toEqual({
    line: 1,
    name: 'conn-a',
    outcome: 'created',
    connectionId: connection.id,
  });
  expect(reported).not.toContain(SECRET);
  const again = await run('--from', 'nango', file, ...MAP, '--apply');
  expect([again.code, again.stdout]).toEqual([
    0,
    expect.stringContaining('0 new, 0 renewed, 2 there already'),
  ]);
  const renewed = fileOf('renewed.jsonl', [nangoLine('a', { updated_at: '2026-11-02T00:00:00.000Z' })]);
  expect((await run('--from', 'nango', renewed, ...MAP, '--apply')).stdout).toContain('1 renewed');
  expect(await connectionsOf('user-a')).toHaveLength(1);
});

it('takes the account from where the operator says, and leaves a line behind that the server refuses', async () => {
  const lines = ['m1', 'm2', 'm3'].map((n) =>
    nangoLine(n, n === 'm2' ? { end_user: { id: 'x'.repeat(300) } } : {}),
  );
  const file = fileOf('metadata.jsonl', lines);
  const { code, stdout } = await run(
    '--from',
    'nango',
    file,
    ...MAP,
    '--account',
    'metadata.account',
    '--apply',
  );
  expect([code, stdout]).toEqual([1, expect.stringMatching(/line 2 stays behind: .*2 new.*1 left behind/s)]);
  expect((await connectionsOf('user-m3'))[0].account.id).toBe('account-m3');
});

it("brings Logto's token sets along, and says of those without a token why not", async () => {
  const tokenSecret = {
    userId: 'logto-user',
    target: 'github',
    updatedAt: 1_790_000_000_000,
    metadata: { scope: 'repo user', expiresAt: 1_790_000_000 },
  };
  const identity = { userId: '583231', details: { id: '583231', email: 'ada@example.com' } };
  const file = fileOf('logto.jsonl', [
    { identity, tokenSecret, token: { access_token: SECRET, token_type: 'Bearer' } },
    { identity, tokenSecret: { ...tokenSecret, userId: 'without' } },
  ]);
  const { code, stdout } = await run('--from', 'logto', file, '--apply');
  expect([code, stdout]).toEqual([1, expect.stringMatching(/line 2 stays behind: holds no token.*1 new/s)]);
  expect((await connectionsOf('logto-user'))[0]).toMatchObject({
    account: { id: '583231', email: 'ada@example.com' },
    scopes: ['repo', 'user'],
    refreshable: false,
  });
});

it('completes after it was killed half way, with nothing doubled', async () => {
  const file = fileOf(
    'killed.jsonl',
    Array.from({ length: 800 }, (_, n) => nangoLine(`k${n}`)),
  );
  const started = startImport(stack.server.url, ['--from', 'nango', file, ...MAP, '--apply']);
  await until('some are stored', async () => (await count('user-k%')) > 100, { withinMs: 30_000 });
  started.kill('SIGKILL');
  await once(started, 'exit');
  expect(await count('user-k%')).toBeLessThan(800);
  const { code, stdout } = await run('--from', 'nango', file, ...MAP, '--apply');
  expect([code, stdout]).toEqual([0, expect.stringContaining('800 lines')]);
  expect(stdout).not.toContain(' 0 there already');
  expect(await count('user-k%')).toBe(800);
});

it('reads a hundred thousand lines without holding them', async () => {
  const file = join(directory, 'long.jsonl');
  const out = createWriteStream(file);
  for (let n = 0; n < 100_000; n++)
    if (!out.write(`${JSON.stringify(nangoLine(n))}\n`)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
  const { code, stdout } = await importCommand(stack.server.url, ['--from', 'nango', file, ...MAP], 40);
  expect([code, stdout]).toEqual([0, expect.stringContaining('100000 would come along, 0 not')]);
});

it('says how it is used, and that a server or a file is not there', async () => {
  expect((await run('--from', 'elsewhere', 'x')).code).toBe(2);
  expect((await run('--from', 'nango', 'x', '--apply', '--dry-run')).code).toBe(2);
  const none = await run('--from', 'nango', join(directory, 'none'));
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('cannot read')]);
  const away = await importCommand('http://127.0.0.1:9', [
    '--from',
    'nango',
    fileOf('one.jsonl', [nangoLine(1)]),
  ]);
  expect([away.code, away.stderr]).toEqual([1, expect.stringContaining('does not answer')]);
});
