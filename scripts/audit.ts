/**
 * npm run audit -- erase --user ID      has the log forget a user; what happened stays
 * npm run audit -- trim --before DATE   lets go of the months that had ended by then
 *
 * These two speak to a running server: the one at VALETKEY_PUBLIC_URL, or at PORT on this machine, with
 * VALETKEY_OPERATOR_API_KEY.
 *
 * npm run audit -- verify [--export FILE] [--anchor ADDRESS]... [--keys FILE] [--witness KEY]... [--threads N]
 *
 * Verifies the audit log: every hash, one tree without a gap, every signed checkpoint. The log is that of the database
 * (DATABASE_URL, or the embedded one in VALETKEY_DATA_DIR, running or not), or an export in NDJSON, for which nothing
 * else is needed. Ends with 0 when everything is as it was written, with 1 and the first bad row when not.
 *
 *   --export FILE      an export instead of the database
 *   --anchor ADDRESS   checkpoints kept outside: file:///…, s3://…; default: those of VALETKEY_AUDIT_ANCHORS
 *   --keys FILE        the public keys to trust, as /.well-known/audit-keys.json gave them; without it those that the
 *                      database itself names
 *   --witness KEY      a witness whose cosignature is wanted, as <name>+<id>+<key>; default: none
 *   --threads N        threads that hash (default: one less than the machine has)
 */
import './dot-env.ts';
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  keysIn,
  readVerifierKey,
  verdictText,
  verifyDatabase,
  verifyExport,
  type LogVerdict,
} from '@valetkey/audit-log';
import { openAnchor } from '../apps/api/dist/audit/anchors/open-anchor.js';
import { OutsideError } from '../apps/api/dist/audit/anchors/outside-error.js';
import {
  lockDataDirectory,
  prepareDataDirectory,
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
} from '../apps/api/dist/platform/postgres/index.js';
import { erase, trim } from './audit-changes.ts';
import { Failure } from './running-server.ts';

const USAGE = `Usage: npm run audit -- verify [--export FILE] [--anchor ADDRESS]... [--keys FILE] [--witness KEY]...
                               [--threads N]
       npm run audit -- erase --user ID
       npm run audit -- trim --before DATE`;

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

async function anchored(addresses: readonly string[]): Promise<string[]> {
  const notes: string[] = [];
  for (const address of addresses) {
    if (/^https?:/.test(address)) {
      console.error(
        `${address} cannot be asked: give the file that its receiver wrote as --anchor file:///…`,
      );
      continue;
    }
    const found = await openAnchor(address).read();
    const size = found.at(-1)?.split('\n')[1];
    console.error(
      size === undefined
        ? `${address}: no checkpoint`
        : `${address}: ${found.length} checkpoints, the newest of a tree of ${size} events`,
    );
    notes.push(...found);
  }
  return notes;
}

async function* contentOf(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new Failure(`${file} cannot be read (${(error as { code?: string }).code}).`);
  }
}

async function verify(args: string[]): Promise<LogVerdict> {
  const { values } = parseArgs({
    args,
    options: {
      export: { type: 'string' },
      anchor: { type: 'string', multiple: true },
      keys: { type: 'string' },
      witness: { type: 'string', multiple: true, default: [] },
      threads: { type: 'string' },
    },
  });
  const addresses =
    values.anchor ?? process.env['VALETKEY_AUDIT_ANCHORS']?.split(',').map((one) => one.trim());
  const notes = await anchored(addresses?.filter(Boolean) ?? []);
  const verifying = {
    keys: values.keys === undefined ? undefined : keysIn(values.keys),
    witnesses: values.witness.map(readVerifierKey),
    notes,
    threads: values.threads === undefined ? undefined : Math.max(1, Number(values.threads) || 1),
    say: (line: string) => console.error(line),
  };
  if (values.export !== undefined) return verifyExport(contentOf(values.export), verifying);
  const database = await openDatabase();
  return verifyDatabase(database.url, verifying).finally(() => database.close());
}

function report(verdict: LogVerdict): void {
  const { holds, text } = verdictText(verdict);
  if (!holds) throw new Failure(text);
  console.log(text);
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
  if (
    !isUsage &&
    !(error instanceof Failure) &&
    !(error instanceof OutsideError) &&
    !(error instanceof RangeError)
  )
    throw error;
  console.error(
    isUsage ? `${(error as Error).message}\n${USAGE}` : `audit ${name}: ${(error as Error).message}`,
  );
  process.exit(isUsage ? 2 : 1);
}
