import { TrustedKeys } from '@valetkey/audit-log';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { newDataDir, query, startStack, type Client, type Stack } from '../kit/index.js';

const READ = 'https://www.googleapis.com/auth/calendar.readonly';
/** Times that everything is killed; a long run sets more. */
const KILLS = Number(process.env['AUDIT_KILLS'] ?? 2);
const PATIENCE_MS = 60_000 + KILLS * 20_000;
const USERS = 8;
const LOAD_MS = 700;

describe('a server and its database killed under load, again and again', () => {
  let stack: Stack;
  const anchor = pathToFileURL(join(newDataDir(), 'anchor.ndjson')).href;
  const users: { id: string; client: Client; connectionId: string; answered: number }[] = [];
  const paths = new Set<string>();
  let marker = 0;

  beforeAll(async () => {
    stack = await startStack({ targets: ['google'], env: { VALETKEY_AUDIT_ANCHORS: anchor } });
    for (let n = 0; n < USERS; n++) {
      const id = `load-${n}`;
      const client = await stack.connected(id, { target: 'google', scope: READ });
      const { body } = await client.get('/my-account/connections');
      users.push({ id, client, connectionId: body.data[0].id, answered: 0 });
    }
  });
  afterAll(() => stack.close());

  const events = (sql: string, values: unknown[] = []) =>
    query<{ n: number; path: string }>(stack.server.embeddedDatabaseUrl, sql, values);

  /** Reads tokens and calls the provider until the server dies. Every answer that came is counted. */
  async function load(user: (typeof users)[0], isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const path = `/calendar/v3/calendars/marker-${++marker}`;
      const proxied = stack.agent.client.get(`/v1/proxy/google-calendar/calendars/marker-${marker}`, {
        'valetkey-user': user.id,
      });
      const read = user.client.get('/my-account/identities/google/access-token');
      const [call, token] = await Promise.allSettled([proxied, read]);
      if (call.status === 'fulfilled') paths.add(path);
      if (token.status === 'fulfilled' && token.value.status === 200) user.answered++;
    }
  }

  it(
    `has the intent of every call that arrived, and the event of every answer, after ${KILLS} kills`,
    async () => {
      stack.twin.control.clearCalls();
      for (let kill = 0; kill < KILLS; kill++) {
        let isOver = false;
        const loads = users.map((user) => load(user, () => isOver));
        await new Promise((resolve) => setTimeout(resolve, LOAD_MS));
        await stack.server.killEverything();
        isOver = true;
        await Promise.all(loads);
        await stack.server.restart();
      }
      const intents = await events(
        `SELECT detail->>'path' AS path FROM audit_events WHERE type = 'request.forwarded' AND outcome = 'intended'`,
      );
      const intended = new Set(intents.map(({ path }) => path.replace(/^.*\/calendar\/v3/, '/calendar/v3')));
      const arrived = stack.twin.control
        .calls({ path: '/calendar/v3' })
        .map(({ path }) => path.replace(/^.*\/calendar\/v3/, '/calendar/v3'));
      expect(arrived.length).toBeGreaterThan(KILLS);
      expect(arrived.filter((path) => !intended.has(path))).toEqual([]);
      expect([...paths].filter((path) => !intended.has(path))).toEqual([]);
      for (const { id, answered } of users) {
        const [row] = await events(
          `SELECT count(*)::int AS n FROM audit_events WHERE type = 'access_token.read' AND user_id = $1`,
          [id],
        );
        expect(answered).toBeGreaterThan(0);
        expect(row?.n).toBeGreaterThanOrEqual(answered);
      }
    },
    PATIENCE_MS,
  );

  const run = (env: Record<string, string>, args: readonly string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const all = { PATH: process.env['PATH'], ...env };
      execFile(
        process.execPath,
        ['scripts/audit.ts', 'verify', ...args],
        { env: all },
        (error, stdout, stderr) =>
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      );
    });
  const verify = (...args: string[]) => run({ VALETKEY_DATA_DIR: stack.server.dataDir }, args);

  it('leaves one tree, which npm run audit verifies while the server runs', async () => {
    const { code, stdout, stderr } = await verify();
    expect([code, stdout, stderr]).toEqual([
      0,
      expect.stringContaining('one tree without a gap'),
      expect.any(String),
    ]);
  });

  it('signs and anchors the tree when it stops, and a stopped log verifies against the anchor', async () => {
    await stack.server.stop();
    const { code, stdout, stderr } = await verify('--anchor', anchor);
    expect([code, stderr]).toEqual([0, expect.stringContaining('the newest of a tree of')]);
    expect(stdout).toMatch(/[1-9]\d* checkpoints fit/);
    await stack.server.restart();
  });

  describe('exported over HTTP', () => {
    const directory = newDataDir();
    let lines: string[];
    let keysFile: string;
    const fileOf = (name: string, content: string) => {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    };
    beforeAll(async () => {
      const { text } = await stack.operator.get('/v1/operator/audit-events/export');
      lines = text.trimEnd().split('\n');
      const { text: keys } = await stack.server.anonymous.get('/.well-known/audit-keys.json');
      keysFile = fileOf('keys.json', keys);
    });
    /** No database, no server and no data directory: the file, the anchor and the keys are all there is. */
    const offline = (file: string) =>
      run({ VALETKEY_DATA_DIR: '/nowhere' }, ['--export', file, '--anchor', anchor, '--keys', keysFile]);

    it('verifies without any server', async () => {
      const { code, stdout, stderr } = await offline(fileOf('good.ndjson', `${lines.join('\n')}\n`));
      expect([code, stderr]).toEqual([0, expect.stringContaining('the newest of a tree of')]);
      expect(stdout).toMatch(
        new RegExp(`^Verified: ${(lines.length - 2).toLocaleString('en')} rows.*[1-9]\\d* checkpoints fit`),
      );
    });

    it.each([
      [
        'a changed row',
        (all: string[]) => all.with(12, all[12]?.replace('"succeeded"', '"denied"') ?? ''),
        12,
      ],
      ['a missing row', (all: string[]) => all.toSpliced(21, 1), 21],
      ['a row that is no row', (all: string[]) => all.with(31, '{"seq":'), 31],
      ['its end cut off before the newest checkpoint', (all: string[]) => all.slice(0, 6), 6],
      ['its very last line missing', (all: string[]) => all.slice(0, -1), '\\d+'],
    ])('is refused with 1 for %s, and the first bad row is named', async (_, harm, row) => {
      const { code, stdout, stderr } = await offline(fileOf('bad.ndjson', `${harm(lines).join('\n')}\n`));
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(`First bad row: row ${row}\\b`)]);
    });

    it('has no stack to show for a file that is not there', async () => {
      const { code, stderr } = await offline(join(directory, 'none.ndjson'));
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/none\.ndjson cannot be read \(ENOENT\)\.\n$/),
      ]);
    });
  });

  it('lets npm run audit name the first row that was changed, and end with 1', async () => {
    await events('ALTER TABLE audit_events DISABLE TRIGGER USER');
    await events(`UPDATE audit_events SET outcome = 'denied' WHERE seq = 17`);
    const { code, stderr } = await verify('--anchor', anchor);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('First bad row: row 17: it has been changed'),
    ]);
  });

  it('publishes the keys of the signatures, and shows operators how far they reach', async () => {
    const { body: published } = await stack.server.anonymous.get('/.well-known/audit-keys.json');
    expect(published.keys).toEqual([expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' })]);
    const { body: tree } = await stack.operator.get('/v1/operator/audit-tree');
    expect(tree.signedSize).toBeGreaterThan(0);
    expect(tree.anchors).toEqual([expect.objectContaining({ name: anchor, throughSize: tree.signedSize })]);
    const { body: checkpoints } = await stack.operator.get('/v1/operator/audit-checkpoints');
    const keys = new TrustedKeys(published.keys);
    expect(keys.checkpoint(checkpoints.at(-1).note)).toMatchObject({ size: tree.signedSize });
  });
});
