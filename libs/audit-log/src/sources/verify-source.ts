import type { NoteKey } from '../notes/signed-note.js';
import { TrustedKeys, type PublicAuditKey } from '../statements/signed.js';
import { verifyLog, type LogVerdict } from '../verify/verify-log.js';
import { openDatabaseLog } from './database-log.js';

const SAY_EVERY_MS = 1_000;

/** How a log is verified, whatever it is read from. */
export interface Verifying {
  /** The keys to trust; without them those that a database names, or for an export none. */
  readonly keys: readonly PublicAuditKey[] | undefined;
  /** Witnesses whose cosignature is wanted. */
  readonly witnesses: readonly NoteKey[];
  /** Notes of checkpoints that were kept outside. */
  readonly notes: readonly string[];
  /** Threads that hash; default: one less than the machine has. */
  readonly threads: number | undefined;
  /** Takes lines for the person who waits. */
  readonly say: (line: string) => void;
}

/** Verifies an export in NDJSON. */
export function verifyExport(bytes: AsyncIterable<Uint8Array>, verifying: Verifying): Promise<LogVerdict> {
  const { keys, witnesses, notes, threads, say } = verifying;
  if (!keys) say('No keys are given: signatures are not checked. See --keys.');
  const trusted = new TrustedKeys(keys ?? [], witnesses);
  return verifyLog({ bytes, format: 'json', notes, keys: trusted, threads, onProgress: progress(say) });
}

/** Verifies the log in a PostgreSQL database, as of one moment. */
export async function verifyDatabase(url: string, verifying: Verifying): Promise<LogVerdict> {
  const { keys, witnesses, notes, threads, say } = verifying;
  const { close, pending, ...log } = await openDatabaseLog(url);
  try {
    if (!keys) say('The keys are those that the database names itself; --keys would prove more.');
    if (pending > 0) say(`${counted(pending)} events wait to be put into the log; they are not judged.`);
    const trusted = new TrustedKeys(keys ?? log.keys, witnesses);
    const all = { ...log, notes: [...log.notes, ...notes], keys: trusted };
    return await verifyLog({ ...all, threads, onProgress: progress(say) });
  } finally {
    await close();
  }
}

function progress(say: Verifying['say']): (rows: number) => void {
  const startedAt = performance.now();
  let saidAt = startedAt;
  return (rows) => {
    const now = performance.now();
    if (now - saidAt < SAY_EVERY_MS) return;
    saidAt = now;
    const perSecond = Math.round((rows / (now - startedAt)) * 1000);
    say(`${counted(rows)} rows, ${counted(perSecond)} rows/s`);
  };
}

const counted = (count: number) => count.toLocaleString('en');
