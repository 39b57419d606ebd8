/**
 * npm run audit -- erase --user ID      has the log forget a user; what happened stays
 * npm run audit -- trim --before DATE   lets go of the months that had ended by then
 *
 * These two speak to a running server: the one at VALETKEY_PUBLIC_URL, or at PORT on this machine, with
 * VALETKEY_OPERATOR_API_KEY.
 *
 * npm run audit -- verify [--export FILE] [--anchor ADDRESS]... [--keys FILE] [--threads N]
 *
 * Verifies the audit log: every hash, one chain without a gap, every signed checkpoint. The log is that of the database
 * (DATABASE_URL, or the embedded one in VALETKEY_DATA_DIR, running or not), or an export in NDJSON, for which nothing
 * else is needed. Ends with 0 when everything is as it was written, with 1 and the first bad row when not.
 *
 *   --export FILE      an export instead of the database
 *   --anchor ADDRESS   checkpoints kept outside: file:///…, s3://…; default: those of VALETKEY_AUDIT_ANCHORS
 *   --keys FILE        the public keys to trust, as /.well-known/audit-keys.json gave them; without it those that the
 *                      anchors name, or else those that the database itself names
 *   --threads N        threads that hash (default: one less than the machine has)
 */
import './dot-env.ts';
import { createReadStream, readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import pg from 'pg';
import {
  AnchorError,
  keyOf,
  openAnchor,
  readDatabaseLog,
  TrustedKeys,
  verifyLog,
  type CheckpointRecord,
  type LogVerdict,
  type PublicAuditKey,
} from '../apps/api/dist/audit/verify/index.js';
import {
  copyOut,
  lockDataDirectory,
  prepareDataDirectory,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../apps/api/dist/platform/postgres/index.js';
import { erase, trim } from './audit-changes.ts';
import { Failure } from './running-server.ts';

const USAGE = `Usage: npm run audit -- verify [--export FILE] [--anchor ADDRESS]... [--keys FILE] [--threads N]
       npm run audit -- erase --user ID
       npm run audit -- trim --before DATE`;
const SAY_EVERY_MS = 1_000;

interface Database {
  readonly url: string;
  close(): Promise<void>;
}

async function openDatabase(): Promise<Database> {
  const url = process.env['DATABASE_URL'];
  if (url) return { url, close: async () => undefined };
  const directory = prepareDataDirectory(process.env['VALETKEY_DATA_DIR'] ?? '.valetkey');
  const running = runningEmbeddedPostgres(directory);
  if (running) return { url: running, close: async () => undefined };
  const unlock = lockDataDirectory(directory);
  const started = await startEmbeddedPostgres(directory);
  return {
    url: started.url,
    close: async () => {
      await started.stop();
      unlock();
    },
  };
}

async function anchored(addresses: readonly string[]): Promise<CheckpointRecord[]> {
  const records: CheckpointRecord[] = [];
  for (const address of addresses) {
    if (/^https?:/.test(address)) {
      console.error(
        `${address} cannot be asked: give the file that its receiver wrote as --anchor file:///…`,
      );
      continue;
    }
    const found = await openAnchor(address).read();
    const newest = found.at(-1);
    console.error(
      newest
        ? `${address}: ${found.length} checkpoints, the newest at row ${newest.seq} of ${newest.at}`
        : `${address}: no checkpoint`,
    );
    records.push(...found);
  }
  return records;
}

function trusted(
  file: string | undefined,
  outside: readonly CheckpointRecord[],
  named: readonly PublicAuditKey[],
): TrustedKeys {
  if (file !== undefined) {
    return keysIn(file);
  }
  if (outside.length > 0) return new TrustedKeys(outside.map(keyOf));
  if (named.length > 0)
    console.error(
      'The keys are those that the database names itself; --keys or an --anchor would prove more.',
    );
  else console.error('No keys are given: signatures are not checked. See --keys and --anchor.');
  return new TrustedKeys(named);
}

function keysIn(file: string): TrustedKeys {
  try {
    const { keys } = JSON.parse(readFileSync(file, 'utf8')) as { keys: PublicAuditKey[] };
    return new TrustedKeys(keys);
  } catch {
    throw new Failure(`${file} holds no keys as /.well-known/audit-keys.json gives them.`);
  }
}

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Failure(`${file} cannot be read (${(error as { code?: string }).code}).`);
  }
}

function progress(): (rows: number) => void {
  const startedAt = performance.now();
  let saidAt = startedAt;
  return (rows) => {
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS) return;
    saidAt = now;
    const perSecond = Math.round((rows / (now - startedAt)) * 1000);
    console.error(`${words(rows)} rows, ${words(perSecond)} rows/s`);
  };
}

async function verify(args: string[]): Promise<LogVerdict> {
  const { values } = parseArgs({
    args,
    options: {
      export: { type: 'string' },
      anchor: { type: 'string', multiple: true },
      keys: { type: 'string' },
      threads: { type: 'string' },
    },
  });
  const addresses =
    values.anchor ?? process.env['VALETKEY_AUDIT_ANCHORS']?.split(',').map((one) => one.trim());
  const outside = await anchored(addresses?.filter(Boolean) ?? []);
  const settings = {
    threads: values.threads === undefined ? undefined : Math.max(1, Number(values.threads) || 1),
    onProgress: progress(),
  };
  if (values.export !== undefined) {
    const keys = trusted(values.keys, outside, []);
    const bytes = contentOf(values.export);
    return verifyLog({ bytes, format: 'json', checkpoints: outside, keys, ...settings });
  }
  const database = await openDatabase();
  try {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const log = await readDatabaseLog(async (sql) => (await client.query(sql)).rows).finally(() =>
      client.end(),
    );
    const keys = trusted(values.keys, outside, log.keys);
    return await verifyLog({
      bytes: copyOut(database.url, log.events),
      format: 'copy',
      head: log.head,
      checkpoints: [...log.checkpoints, ...outside],
      keys,
      ...settings,
    });
  } finally {
    await database.close();
  }
}

function report({ rows, from = 1, to, erased, checkpointsMet, unsigned, bad }: LogVerdict): void {
  if (bad) {
    const place =
      bad.since === undefined ? `row ${bad.seq}` : `row ${bad.seq}, or one before it from ${bad.since} on`;
    throw new Failure(`The log is not as it was written. First bad row: ${place}: ${bad.why}.`);
  }
  if (unsigned > 0)
    throw new Failure(`${unsigned} checkpoints are signed by no trusted key; the chain itself holds.`);
  const gone = from > 1 ? ` Rows up to ${from - 1} were let go, as a signed event says.` : '';
  const stretch = rows === 0 ? 'no rows' : `${words(rows)} rows, ${from} to ${to}, one chain without a gap`;
  console.log(
    `Verified: ${stretch}; ${words(checkpointsMet)} checkpoints fit; ${words(erased)} rows erased.${gone}`,
  );
}

function words(count: number): string {
  return count.toLocaleString('en');
}

const [name = '', ...args] = process.argv.slice(2);
const commands: Readonly<Record<string, () => Promise<void>>> = {
  verify: async () => report(await verify(args)),
  erase: () => erase(args),
  trim: () => trim(args),
};
const command = commands[name];
if (!command) {
  console.error(USAGE);
  process.exit(2);
}
try {
  await command();
} catch (error) {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
  if (!isUsage && !(error instanceof Failure) && !(error instanceof AnchorError)) throw error;
  console.error(
    isUsage ? `${(error as Error).message}\n${USAGE}` : `audit ${name}: ${(error as Error).message}`,
  );
  process.exit(isUsage ? 2 : 1);
}
