import { createReadStream, readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { keptNotes } from '../notes/kept-notes.js';
import { verifyProof } from '../proofs/verify-proof.js';
import { openDatabaseLog } from '../sources/database-log.js';
import { verifyTiles } from '../sources/tile-directory.js';
import { keysIn } from '../statements/keys-file.js';
import { TrustedKeys } from '../statements/signed.js';
import { verdictText } from '../verify/verdict-text.js';
import { verifyLog, type LogVerdict } from '../verify/verify-log.js';

const USAGE = `Usage: valetkey-verify --export FILE | --tiles DIR | --database URL | --proof FILE
         [--checkpoint FILE]... [--keys FILE] [--threads N]

Verifies an audit log of Valetkey, or a proof from it. Ends with 0 when it is as it was written, with 1 and the first bad
row when not.

  --export FILE      an export in NDJSON
  --tiles DIR        a directory of tiles (https://c2sp.org/tlog-tiles)
  --database URL     a PostgreSQL database
  --proof FILE       a proof that an event is in the log, or that the log has only grown, as the API gave it
  --checkpoint FILE  signed notes that were kept outside, each followed by an empty line
  --keys FILE        the public keys to trust, as /.well-known/audit-keys.json gave them
  --threads N        threads that hash (default: one less than the machine has)
`;
const SAY_EVERY_MS = 1_000;

const say = (text: string) => process.stderr.write(`${text}\n`);

class UsageError extends Error {}

function optionsOf(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        export: { type: 'string' },
        tiles: { type: 'string' },
        database: { type: 'string' },
        proof: { type: 'string' },
        checkpoint: { type: 'string', multiple: true, default: [] },
        keys: { type: 'string' },
        threads: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
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
    say(`${rows.toLocaleString('en')} rows, ${perSecond.toLocaleString('en')} rows/s`);
  };
}

type Options = ReturnType<typeof optionsOf>;

async function verify(options: Options): Promise<{ readonly holds: boolean; readonly text: string }> {
  const given = options.keys === undefined ? undefined : keysIn(options.keys);
  if (!given && options.database === undefined)
    say('No keys are given: signatures are not checked. See --keys.');
  if (options.proof !== undefined)
    return verifyProof(readFileSync(options.proof, 'utf8'), given ?? new TrustedKeys([]));
  return verdictText(await verifyWhole(options, given));
}

async function verifyWhole(options: Options, given: TrustedKeys | undefined): Promise<LogVerdict> {
  const notes = options.checkpoint.flatMap((file) => keptNotes(readFileSync(file, 'utf8')));
  const keys = given ?? new TrustedKeys([]);
  const threads = options.threads === undefined ? undefined : Math.max(1, Number(options.threads) || 1);
  const settings = { threads, onProgress: progress() };
  if (options.tiles !== undefined) return verifyTiles(options.tiles, notes, keys);
  if (options.export !== undefined)
    return verifyLog({ bytes: createReadStream(options.export), format: 'json', notes, keys, ...settings });
  if (options.database === undefined) throw new UsageError('Say what is to be verified.');
  const log = await openDatabaseLog(options.database);
  try {
    if (!given) say('The keys are those that the database names itself; --keys would prove more.');
    if (log.pending > 0) say(`${log.pending} events wait to be put into the log; they are not judged.`);
    const trusted = given ?? new TrustedKeys(log.keys);
    return await verifyLog({ ...log, notes: [...log.notes, ...notes], keys: trusted, ...settings });
  } finally {
    await log.close();
  }
}

try {
  const options = optionsOf(process.argv.slice(2));
  const { holds, text } = await verify(options);
  (holds ? process.stdout : process.stderr).write(`${text}\n`);
  process.exitCode = holds ? 0 : 1;
} catch (error) {
  say((error as Error).message);
  if (error instanceof UsageError) say(USAGE);
  process.exitCode = 2;
}
