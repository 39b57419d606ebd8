import { openDatabaseLog, TrustedKeys, verifyLog } from '@valetkey/audit-log';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  query,
  startPostgres,
  startServer,
  startStack,
  until,
  type Server,
  type Stack,
  type TestPostgres,
} from '../kit/index.js';

const READ = 'https://www.googleapis.com/auth/calendar.readonly';
/** Times that one of two servers is killed; a long run sets more. */
const KILLS = Number(process.env['LEADER_KILLS'] ?? 3);
const PATIENCE_MS = 60_000 + KILLS * 20_000;
const LOAD_MS = 600;
const READERS = 4;
const PATH = '/my-account/identities/google/access-token';

/** Reads until it is over; only answers that came are counted. */
async function readOn(
  client: Client,
  isOver: () => boolean,
): Promise<{ answered: number; refusals: string[] }> {
  const counts = { answered: 0, refusals: [] as string[] };
  while (!isOver()) {
    const answer = await client.get(PATH).catch(() => undefined);
    if (answer?.status === 200) counts.answered++;
    else if (answer) counts.refusals.push(answer.text);
  }
  return counts;
}

/** Waits until all that was committed is in the tree and under a signed head, and verifies it with the log's keys. */
async function signedLog(databaseUrl: string, origin: string) {
  await until('a signed head of the whole tree', async () => {
    const [row] = await query<{ whole: boolean }>(
      databaseUrl,
      `SELECT split_part(note, E'\\n', 2) = size::text AND NOT EXISTS (SELECT FROM audit_inbox) AS whole FROM audit_tree`,
    );
    return row?.whole ?? false;
  });
  const { body } = await new Client(origin).get('/.well-known/audit-keys.json');
  const log = await openDatabaseLog(databaseUrl);
  return verifyLog({ ...log, keys: new TrustedKeys(body.keys), threads: 0 }).finally(() => log.close());
}

async function readsOnRecord(databaseUrl: string): Promise<number> {
  const [row] = await query<{ n: number }>(
    databaseUrl,
    `SELECT count(*)::int AS n FROM audit_events WHERE type = 'access_token.read'`,
  );
  return row?.n ?? 0;
}

describe('the leader of the log killed under load', () => {
  let stack: Stack;
  let user: Client;
  let answered = 0;
  beforeAll(async () => {
    stack = await startStack({ targets: ['google'], mortal: true });
    user = await stack.connected('reader', { target: 'google', scope: READ });
  });
  afterAll(() => stack.close());

  it.each(['audit.led', 'audit.moved', 'audit.signed'])(
    'at %s leaves one tree with an event for each answer, whose head is signed after the next start',
    async (point) => {
      await stack.server.dieAt(point, async () => {
        const isOver = () => !stack.server.isRunning();
        const counts = await Promise.all(Array.from({ length: READERS }, () => readOn(user, isOver)));
        answered += counts.reduce((sum, each) => sum + each.answered, 0);
      });
      await stack.server.restart();
      const { bad, unsigned, rows } = await signedLog(stack.server.embeddedDatabaseUrl, stack.server.url);
      expect([bad, unsigned]).toEqual([undefined, 0]);
      expect(rows).toBeGreaterThan(0);
      expect(await readsOnRecord(stack.server.embeddedDatabaseUrl)).toBeGreaterThanOrEqual(answered);
    },
  );
});

describe('two servers on one database, one of them killed again and again', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  let stack: Stack;
  let other: Server;
  let user: Client;
  beforeAll(async () => {
    postgres = await startPostgres();
    databaseUrl = await postgres.createDatabase();
    const env = {
      DATABASE_URL: databaseUrl,
      VALETKEY_ENCRYPTION_KEYS: `e2e:${Buffer.alloc(32, 7).toString('base64')}`,
    };
    stack = await startStack({ targets: ['google'], env });
    const { connectorsFile: VALETKEY_CONNECTORS_FILE } = stack.twin;
    other = await startServer({
      env: { ...env, VALETKEY_CONNECTORS_FILE, VALETKEY_PUBLIC_URL: stack.server.url },
    });
    user = await stack.connected('reader', { target: 'google', scope: READ });
  });
  afterAll(async () => {
    await other.destroy();
    await stack.close();
    await postgres.stop();
  });

  it(
    `keep one tree with an event for each answer, and refuse no read of the one that lives, after ${KILLS} kills`,
    async () => {
      const servers = [stack.server, other] as const;
      let answered = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        let isOver = false;
        const loads = servers.map(({ url }) => {
          const client = new Client(url, user.credential);
          return Promise.all(Array.from({ length: READERS }, () => readOn(client, () => isOver)));
        });
        await sleep(LOAD_MS);
        const [dying, living] = kill % 2 === 0 ? servers : servers.toReversed();
        await dying?.kill('SIGKILL');
        await sleep(LOAD_MS);
        isOver = true;
        const counts = await Promise.all(loads);
        const ofLiving = counts[servers.indexOf(living as Server)] ?? [];
        expect(ofLiving.flatMap(({ refusals }) => refusals)).toEqual([]);
        answered += counts.flat().reduce((sum, each) => sum + each.answered, 0);
        await dying?.restart();
      }
      const { bad, unsigned } = await signedLog(databaseUrl, stack.server.url);
      expect([bad, unsigned]).toEqual([undefined, 0]);
      expect(answered).toBeGreaterThan(KILLS);
      expect(await readsOnRecord(databaseUrl)).toBeGreaterThanOrEqual(answered);
    },
    PATIENCE_MS,
  );
});
