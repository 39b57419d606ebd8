import { randomBytes } from 'node:crypto';
import pg from 'pg';
import {
  CompactRange,
  COPY_COLUMNS,
  leafHash,
  openDatabaseLog,
  personalDigest,
  TrustedKeys,
  verifyLog,
  type ChainedEvent,
  type Node,
} from '@valetkey/audit-log';
import { applyMigrations } from '../apps/api/dist/platform/postgres/index.js';
import { startPostgres } from '../test/kit/postgres.js';
import { number, type Benchmark } from './kit/benchmark.js';
import { closing } from './kit/closing.js';
import { spread } from './kit/rounds.js';

const BATCH = 10_000;
const BAR = 100_000;

/** How fast a whole log is verified from the database: every hash, the tree, on the cores that are there. */
export const auditVerify: Benchmark = {
  name: 'audit-verify',
  measures: 'verification of a whole log in the database, by all cores',
  floor: `${BAR.toLocaleString('en')} rows/s`,
  options: {
    rows: { means: 'events in the log', short: '100000', full: '1000000' },
    rounds: { means: 'verifications', short: '2', full: '3' },
    threads: { means: 'threads that hash', short: '2', full: '2' },
  },
  run: (options, say) =>
    closing(async (started) => {
      const rows = number(options['rows']);
      const postgres = started.add(await startPostgres(), (running) => running.stop());
      const url = await postgres.createDatabase();
      await applyMigrations(url, 'prisma/migrations');
      say(`writing ${rows} events`);
      await fill(url, rows);
      const rates: number[] = [];
      for (let round = 0; round < number(options['rounds']); round++) {
        say(`verifying, round ${round + 1}`);
        rates.push(await rateOf(url, rows, number(options['threads'])));
      }
      const ours = spread(rates);
      return [
        {
          name: 'verification',
          unit: 'rows/s',
          ours,
          bar: { text: `${BAR} rows/s`, met: ours.median >= BAR },
          notes: { rows, threads: number(options['threads']) },
        },
      ];
    }),
};

async function rateOf(url: string, rows: number, threads: number): Promise<number> {
  const startedAt = performance.now();
  const log = await openDatabaseLog(url);
  const keys = new TrustedKeys([]);
  const verdict = await verifyLog({ ...log, keys, threads }).finally(() => log.close());
  if (verdict.bad || verdict.rows !== rows) throw new Error(`not verified: ${JSON.stringify(verdict)}`);
  return rows / ((performance.now() - startedAt) / 1000);
}

/** A log like the one of a busy installation: token reads, and actions with their detail. */
async function fill(url: string, rows: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const range = CompactRange.empty();
    const nodes: Node[] = [];
    const begin = Date.now() - rows;
    for (let from = 0; from < rows; from += BATCH) {
      const columns: (string | number | null)[][] = COPY_COLUMNS.map(() => []);
      for (let n = from; n < Math.min(rows, from + BATCH); n++) {
        const event = eventOf(n, new Date(begin + n).toISOString());
        const personal = personalDigest(event);
        const leaf = leafHash(event, personal);
        range.append(leaf, (node) => node.level % 8 === 0 && nodes.push(node));
        valuesOf(event, personal, leaf.toString('hex')).forEach((value, index) =>
          columns[index]?.push(value),
        );
      }
      await client.query(INSERT, columns);
    }
    await client.query('INSERT INTO audit_nodes SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[])', [
      nodes.map(({ level }) => level),
      nodes.map(({ index }) => index),
      nodes.map(({ hash }) => hash),
    ]);
    await client.query('UPDATE audit_tree SET size = $1, edge = $2', [range.size, range.toBytes()]);
    await client.query('VACUUM ANALYZE audit_events');
  } finally {
    await client.end();
  }
}

type Event = ChainedEvent & { readonly salt: string };

function eventOf(n: number, at: string): Event {
  const isRead = n % 2 === 0;
  return {
    seq: String(n + 1),
    id: `evt_${String(n).padStart(26, '0')}`,
    at,
    type: isRead ? 'access_token.read' : 'action.run',
    outcome: 'succeeded',
    actorType: 'agent',
    actorId: 'agt_00000000000000000000000001',
    userId: `user-${n % 5000}`,
    agentId: 'agt_00000000000000000000000001',
    connectionId: `con_${String(n % 5000).padStart(26, '0')}`,
    target: 'google',
    action: isRead ? undefined : 'google-calendar.events.list',
    requestId: `req_${String(n).padStart(26, '0')}`,
    keyId: 'key_00000000000000000000000001',
    scopes: ['openid', 'email', 'https://www.googleapis.com/auth/calendar.events'],
    durationMs: isRead ? undefined : 87,
    providerStatus: isRead ? undefined : 200,
    ip: '192.0.2.17',
    detail: isRead ? {} : { intent: `evt_${n}`, calls: [{ method: 'GET', status: 200, durationMs: 87 }] },
    salt: randomBytes(16).toString('hex'),
  };
}

const CASTS: Readonly<Record<string, string>> = {
  seq: 'bigint',
  at: 'timestamptz',
  duration_ms: 'int',
  provider_status: 'int',
};
const HEX = new Set(['salt', 'personal_digest', 'hash']);
const INSERT = `INSERT INTO audit_events (${COPY_COLUMNS.join(', ')})
  SELECT ${COPY_COLUMNS.map((name) => (HEX.has(name) ? `decode(${name}, 'hex')` : ['detail', 'arguments'].includes(name) ? `${name}::jsonb` : name)).join(', ')}
  FROM unnest(${COPY_COLUMNS.map((name, index) => `$${index + 1}::${CASTS[name] ?? 'text'}[]`).join(', ')})
    AS e (${COPY_COLUMNS.join(', ')})`;

function valuesOf(event: Event, personal: string, hash: string): (string | number | null)[] {
  return [
    event.seq,
    event.id,
    event.at,
    event.type,
    event.outcome,
    event.actorType,
    event.actorId ?? null,
    event.userId ?? null,
    event.agentId ?? null,
    event.connectionId ?? null,
    event.taskId ?? null,
    event.target ?? null,
    event.action ?? null,
    event.requestId ?? null,
    event.keyId ?? null,
    event.scopes?.join(' ') ?? null,
    event.durationMs ?? null,
    event.providerStatus ?? null,
    event.ip ?? null,
    null,
    JSON.stringify(event.detail),
    event.salt,
    personal,
    hash,
  ];
}
