import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import process from 'node:process';
import { promisify } from 'node:util';
import pg from 'pg';
import { query, startPostgres, startServer, until, type Server, type TestPostgres } from './kit/index.js';

const LIMIT_MS = 1_500;
const GATE = 4711;
/** Its event waits at the gate, in a transaction. */
const HELD = 'made by the process that stops';
const ENCRYPTION_KEYS = `k1:${randomBytes(32).toString('base64')}`;

describe('a process that is stopped while a change of its waits for its commit', () => {
  let postgres: TestPostgres;
  let databaseUrl: string;
  let stopped: Server;
  let other: Server;
  beforeAll(async () => {
    postgres = await startPostgres();
    databaseUrl = await postgres.createDatabase();
    const env = {
      // The product's own settings, but shorter.
      DATABASE_URL: `${databaseUrl}?idle_in_transaction_session_timeout=${LIMIT_MS}`,
      VALETKEY_ENCRYPTION_KEYS: ENCRYPTION_KEYS,
      VALETKEY_ROLE: 'api',
    };
    stopped = await startServer({ env });
    other = await startServer({ env });
  });
  afterAll(async () => {
    await stopped.destroy();
    await other.destroy();
    await postgres.stop();
  });

  /** Creates an agent in `stopped`, and stops that process once only the commit is missing. */
  async function stopBeforeItsCommit() {
    await query(
      databaseUrl,
      `CREATE FUNCTION gate() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN PERFORM pg_advisory_xact_lock_shared(${GATE}); RETURN NEW; END $$;
       CREATE TRIGGER gate BEFORE INSERT ON audit_inbox FOR EACH ROW
       WHEN (NEW.detail->>'name' = '${HELD}') EXECUTE FUNCTION gate()`,
    );
    const gate = new pg.Client({ connectionString: databaseUrl });
    await gate.connect();
    await gate.query(`SELECT pg_advisory_lock(${GATE})`);
    const answer = stopped.operator.post('/v1/agents', { name: HELD });
    const sessions = (condition: string) =>
      query(databaseUrl, `SELECT pid FROM pg_stat_activity WHERE ${condition}`);
    const [session] = await until('the event at the gate', async () => {
      const waiting = await sessions(`wait_event = 'advisory'`);
      return waiting.length > 0 && waiting;
    });
    process.kill(stopped.pid, 'SIGSTOP');
    await gate.end();
    const isIdle = `state = 'idle in transaction' AND pid = ${session?.['pid']}`;
    await until('a transaction that nobody goes on with', async () => (await sessions(isIdle)).length > 0, {
      everyMs: 10,
    });
    const isOver = async () => (await sessions(`pid = ${session?.['pid']}`)).length === 0;
    return { answer, isOver };
  }

  it('holds nobody up, is told that nothing came of its own change, and leaves no gap', async () => {
    const { answer, isOver } = await stopBeforeItsCommit();
    const made = await Promise.all(
      Array.from({ length: 5 }, (_, n) => other.operator.post('/v1/agents', { name: `made meanwhile ${n}` })),
    );
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);

    await until('the session of the stopped process to be ended', isOver, { everyMs: 100 });
    process.kill(stopped.pid, 'SIGCONT');
    const { status, body, text } = await answer;
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(text).not.toContain('vk_agent_');
    expect((await stopped.operator.post('/v1/agents', { name: 'made afterwards' })).status).toBe(201);

    const { body: agents } = await other.operator.get('/v1/operator/agents');
    const names = (agents as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['made meanwhile 4', 'made afterwards']));
    expect(names).not.toContain(HELD);
    // No worker runs: the list has the events put into the log.
    expect((await other.operator.get('/v1/operator/audit-tree')).body.pending).toBeLessThan(100);
    const events = await query<{ name: string }>(
      databaseUrl,
      `SELECT detail->>'name' AS name FROM audit_events WHERE type = 'agent.created'`,
    );
    expect(events.map(({ name }) => name).sort()).toEqual([...names].sort());
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/audit.ts', 'verify'], {
      env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
    });
    expect(stdout).toContain('one tree without a gap');
  });
});
