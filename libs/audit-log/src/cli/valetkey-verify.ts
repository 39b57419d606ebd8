import { createReadStream, readFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { keptNotes } from '../notes/kept-notes.js';
import { readVerifierKey } from '../notes/signed-note.js';
import { verifyProof } from '../proofs/verify-proof.js';
import { verifyTiles } from '../sources/tile-directory.js';
import { verifyDatabase, verifyExport, type Verifying } from '../sources/verify-source.js';
import { keysIn } from '../statements/keys-file.js';
import { TrustedKeys } from '../statements/signed.js';
import { verdictText } from '../verify/verdict-text.js';

const USAGE = `Usage: valetkey-verify --export FILE | --tiles DIR | --database URL | --proof FILE
         [--checkpoint FILE]... [--keys FILE] [--witness KEY]... [--threads N]

Verifies an audit log of Valetkey, or a proof from it. Ends with 0 when it is as it was written, with 1 and the first bad
row when not.

  --export FILE      an export in NDJSON
  --tiles DIR        a directory of tiles (https://c2sp.org/tlog-tiles)
  --database URL     a PostgreSQL database
  --proof FILE       a proof that an event is in the log, or that the log has only grown, as the API gave it
  --checkpoint FILE  signed notes that were kept outside, each followed by an empty line
  --keys FILE        the public keys to trust, as /.well-known/audit-keys.json gave them
  --witness KEY      a witness whose cosignature is wanted, as <name>+<id>+<key> (https://c2sp.org/signed-note)
  --threads N        threads that hash (default: one less than the machine has)
`;

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
        witness: { type: 'string', multiple: true, default: [] },
        threads: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type Options = ReturnType<typeof optionsOf>;

async function verify(options: Options): Promise<{ readonly holds: boolean; readonly text: string }> {
  const keys = options.keys === undefined ? undefined : keysIn(options.keys);
  const verifying: Verifying = {
    keys,
    witnesses: options.witness.map(readVerifierKey),
    notes: options.checkpoint.flatMap((file) => keptNotes(readFileSync(file, 'utf8'))),
    threads: options.threads === undefined ? undefined : Math.max(1, Number(options.threads) || 1),
    say,
  };
  if (options.database !== undefined) return verdictText(await verifyDatabase(options.database, verifying));
  if (options.export !== undefined)
    return verdictText(await verifyExport(createReadStream(options.export), verifying));
  if (!keys) say('No keys are given: signatures are not checked. See --keys.');
  const trusted = new TrustedKeys(keys ?? [], verifying.witnesses);
  if (options.proof !== undefined) return verifyProof(readFileSync(options.proof, 'utf8'), trusted);
  if (options.tiles === undefined) throw new UsageError('Say what is to be verified.');
  return verdictText(await verifyTiles(options.tiles, verifying.notes, trusted));
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
