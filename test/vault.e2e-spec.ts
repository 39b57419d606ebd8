import { query, runToEnd, startStack, until, vaultCommand, type Client, type Stack } from './kit/index.js';

const CONNECTIONS = 230;
const READ_AT_ONCE = 20;
const key = (n: number) => `k${n}:${Buffer.alloc(32, n).toString('base64')}`;

describe('a re-wrap whose process is killed', () => {
  let stack: Stack;
  let reader: Client;
  const ids: string[] = [];
  beforeAll(async () => {
    stack = await startStack({
      targets: ['google'],
      env: { VALETKEY_ENCRYPTION_KEYS: key(1) },
      mortal: true,
    });
    reader = (await stack.createAgent('reader', { rawTokens: true })).client;
    const tokenSets = Array.from({ length: CONNECTIONS }, (_, n) => ({
      userId: `user-${n}`,
      target: 'google',
      account: { id: `account-${n}` },
      accessToken: `token-${n}`,
      refreshToken: `refresh-${n}`,
      scopes: [],
    }));
    const { body } = await stack.operator.post('/v1/connections/import', { tokenSets });
    ids.push(...body.data.map(({ connectionId }: { connectionId: string }) => connectionId));
  });
  afterAll(() => stack.close());

  const isWrong = async (n: number) => {
    const { status, body } = await reader.get(`/v1/connections/${ids[n]}/access-token`);
    return status !== 200 || body.accessToken !== `token-${n}`;
  };
  const wrongReads = async () => {
    let wrong = 0;
    for (let from = 0; from < ids.length; from += READ_AT_ONCE) {
      const some = ids.slice(from, from + READ_AT_ONCE).map((_, n) => isWrong(from + n));
      wrong += (await Promise.all(some)).filter(Boolean).length;
    }
    return wrong;
  };

  // One after the other on one database: each finds only the key that the one before has left in force.
  it.each([
    [1, 'rewrap.batch_written'],
    [2, 'rewrap.cursor_saved'],
    [3, 'rewrap.finished'],
  ])('goes on within 30 s and loses nothing (%i: %s)', async (n, point) => {
    const keys = { VALETKEY_ENCRYPTION_KEYS: `${key(n + 1)},${key(n)}` };
    await stack.server.restart(keys);
    let starting!: ReturnType<Client['post']>;
    await stack.server.dieAt(point, () => (starting = stack.operator.post('/v1/operator/vault/rewraps')));
    const { body: started } = await starting;
    expect(started).toMatchObject({ status: 'running', keyId: `k${n + 1}` });
    await stack.server.restart(keys);
    const startedAt = Date.now();
    const read = wrongReads();
    const ended = await until(
      'the end of the re-wrap',
      async () => {
        const { body } = await stack.operator.get(`/v1/operator/vault/rewraps/${started.id}`);
        return body.status !== 'running' && body;
      },
      { withinMs: 30_000 },
    );
    expect(Date.now() - startedAt).toBeLessThan(30_000);
    expect(ended).toMatchObject({
      status: 'finished',
      failed: 0,
      done: started.total,
      total: started.total,
    });
    expect(await read).toBe(0);
    expect(await wrongReads()).toBe(0);
    const { body } = await stack.operator.get('/v1/operator/vault');
    expect(body.keys).toMatchObject([
      { id: `k${n + 1}`, state: 'seals' },
      { id: `k${n}`, state: 'retired', secrets: 0 },
    ]);
    const chain = await query<{ type: string }>(
      stack.server.embeddedDatabaseUrl,
      `SELECT type FROM audit_events WHERE type LIKE 'vault%' ORDER BY seq DESC LIMIT 4`,
    );
    expect(chain.map(({ type }) => type).reverse()).toEqual([
      'vault_key.added',
      'vault.rewrap_started',
      'vault.rewrap_finished',
      'vault_key.retired',
    ]);
  });

  it('leaves a database that opens with the last key alone, and refuses to start without it', async () => {
    await stack.server.restart({ VALETKEY_ENCRYPTION_KEYS: key(4) });
    expect(await wrongReads()).toBe(0);
    await stack.server.stop();
    const env = { ...stackEnv(), VALETKEY_ENCRYPTION_KEYS: `${key(9)}` };
    const { code, stderr } = await runToEnd({ dataDir: stack.server.dataDir, env });
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toMatch(
      /holds 23\d secrets \(.*230 in token_sets\) sealed with key "k4"; add that key.*npm run vault -- rewrap/,
    );
  });

  it('is started and followed from the command line', async () => {
    await stack.server.restart({ VALETKEY_ENCRYPTION_KEYS: `${key(5)},${key(4)}` });
    const done = await vaultCommand(stack.server.url, 'rewrap');
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toMatch(/re-wrap to k5: (\d+) of \1 \(100 %\)/);
    expect(done.stdout).toMatch(/k5 {2}seals {2}23\d secrets/);
    expect(done.stdout).toMatch(/k4 {2}may be taken out/);
    expect((await vaultCommand(stack.server.url, 'status')).stdout).toMatch(/230 token_sets/);
    const refused = await vaultCommand(stack.server.url, 'rotate');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/put a new one in front.*local_key/),
    ]);
    expect((await vaultCommand(stack.server.url, 'status', 'vk_op_wrong')).code).toBe(1);
    expect((await vaultCommand(stack.server.url, 'polish')).code).toBe(2);
  });

  const stackEnv = () => ({ VALETKEY_CONNECTORS_FILE: stack.twin.connectorsFile });
});
