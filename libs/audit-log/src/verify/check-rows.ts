import { chainHash, leafHash, personalDigest, type HashedEvent } from '../event/leaf.js';
import { readExportEnd, type ExportEnd } from '../formats/export-lines.js';
import { rowOf, type LineFormat, type Row } from '../formats/rows.js';

/** Consecutive rows without a fault, or a single one with it. */
export interface Run {
  readonly from: number;
  /** Of each row: its leaf hash, or its hash in the chain. */
  readonly hashes: Uint8Array[];
  readonly fault?: string;
  /** A row of the chain whose predecessor is in another part. */
  readonly open?: Row;
}

/** A statement of the log about itself: one of the types below. */
export interface LogStatement {
  readonly seq: number;
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The findings about some consecutive lines of a log. */
export interface RowsReport {
  readonly count: number;
  /** One or two, unless there are faults. Only the first few are reported: they are what matters. */
  readonly runs: readonly Run[];
  /** Rows whose personal part is gone. */
  readonly stubs: readonly number[];
  readonly statements: readonly LogStatement[];
  /** The line that ends an export. */
  readonly end?: ExportEnd | undefined;
  /** There are lines after the end. */
  readonly goesOn: boolean;
}

/** The position of a line that cannot be read: somewhere after the last one that could. */
export const UNKNOWN = 0;

/** The fault of a row of the chain; any row up to there can have been written anew. */
export const DOES_NOT_FOLLOW = 'it does not follow the row before it';

const MOST_RUNS = 8;
const STATEMENTS = ['audit_event.erased', 'audit_log.trimmed', 'audit_log.continued'];

/** Checks the lines by themselves; rows before `firstSeq` are of the chain. */
export function checkRows(lines: readonly string[], format: LineFormat, firstSeq: number): RowsReport {
  const runs: Run[] = [];
  const stubs: number[] = [];
  const statements: LogStatement[] = [];
  let count = 0;
  let end: ExportEnd | undefined;
  let goesOn = false;
  let before: Row | undefined;
  for (const line of lines) {
    if (line === '') continue;
    goesOn ||= end !== undefined;
    const ending = format === 'json' ? readExportEnd(line) : undefined;
    if (ending) {
      end ??= ending;
      continue;
    }
    count++;
    const row = read(line, format);
    if (runs.length < MOST_RUNS) append(runs, judged(row, before, firstSeq), firstSeq);
    before = row;
    if (!row) continue;
    const { salt, type, detail, seq } = row.event;
    if (salt === undefined) stubs.push(Number(seq));
    if (STATEMENTS.includes(type))
      statements.push({ seq: Number(seq), type, detail: detail as Record<string, unknown> });
  }
  return { count, runs, stubs, statements, end, goesOn };
}

/** The fault of a row of the chain after one of this hash. */
export function faultInChain({ event, personalDigest: digest, hash }: Row, prev: string): string | undefined {
  return chainHash(event, digest, prev) === hash ? undefined : DOES_NOT_FOLLOW;
}

function read(line: string, format: LineFormat): Row | undefined {
  try {
    return rowOf(line, format);
  } catch {
    return undefined;
  }
}

function judged(row: Row | undefined, before: Row | undefined, firstSeq: number): Run {
  if (!row) return { from: UNKNOWN, hashes: [Buffer.alloc(0)], fault: 'it cannot be read' };
  const from = Number(row.event.seq);
  const stated = Buffer.from(row.hash, 'hex');
  const personal = personalFault(row.event, row.personalDigest);
  if (personal !== undefined) return { from, hashes: [stated], fault: personal };
  if (from >= firstSeq) {
    const leaf = leafHash(row.event, row.personalDigest);
    const fault = leaf.toString('hex') === row.hash ? {} : { fault: 'it has been changed' };
    return { from, hashes: [leaf], ...fault };
  }
  if (Number(before?.event.seq) !== from - 1) return { from, hashes: [stated], open: row };
  const fault = faultInChain(row, before?.hash ?? '');
  return { from, hashes: [stated], ...(fault === undefined ? {} : { fault }) };
}

/** The fault of an event's personal part: without its salt all of it has to be gone. */
export function personalFault(event: HashedEvent, digest: string): string | undefined {
  const { salt } = event;
  const holds = salt === undefined ? isErased(event) : personalDigest({ ...event, salt }) === digest;
  return holds ? undefined : 'its personal part has been changed';
}

function isErased(event: HashedEvent): boolean {
  return (
    event.userId === undefined &&
    event.ip === undefined &&
    event.arguments === undefined &&
    (event.actorType !== 'user' || event.actorId === undefined) &&
    Object.keys(event.detail).length === 0
  );
}

function append(runs: Run[], run: Run, firstSeq: number): void {
  const last = runs.at(-1);
  const follows =
    last?.fault === undefined && last !== undefined && run.from === last.from + last.hashes.length;
  if (follows && run.fault === undefined && run.open === undefined && run.from !== firstSeq)
    last.hashes.push(...run.hashes);
  else runs.push(run);
}
