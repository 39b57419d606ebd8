import { readExportEnd, type ExportEnd } from '../export/export-end.js';
import { faultOf, type Link } from './link.js';
import { linkOf, type LineFormat } from './link-lines.js';

/** Consecutive links of which each names the hash of the one before. */
export interface Segment {
  readonly from: number;
  to: number;
  /** Hash before the first link, as that link says. */
  readonly prevHash: string;
  /** Hash of the last link, and of the one before that. */
  hash: string;
  before: string;
  /** The fault of the link `from`; such a segment has one link. */
  readonly fault?: string;
}

/** A statement of the log about itself: an event `audit_event.erased` or `audit_log.trimmed`. */
export interface LogStatement {
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The findings about some consecutive lines of a log. */
export interface LinesReport {
  readonly count: number;
  /** One, unless there are faults. Only the first few are reported: they are what matters. */
  readonly segments: readonly Segment[];
  readonly checkpointsMet: number;
  /** The first checkpoint that does not fit. */
  readonly badCheckpoint?: number | undefined;
  /** Links whose personal part is gone. */
  readonly stubs: readonly number[];
  readonly statements: readonly LogStatement[];
  /** The line that ends an export. */
  readonly end?: ExportEnd | undefined;
  /** There are lines after the end. */
  readonly goesOn: boolean;
}

/** The position of a line that cannot be read: somewhere after the last one that could. */
export const UNKNOWN = 0;

const MOST_SEGMENTS = 8;
const STATEMENTS = ['audit_event.erased', 'audit_log.trimmed'];

/** Checks the lines by themselves; `checkpoints` are signed hashes by position. */
export function checkLines(
  lines: readonly string[],
  format: LineFormat,
  checkpoints: ReadonlyMap<number, string>,
): LinesReport {
  const segments: Segment[] = [];
  const stubs: number[] = [];
  const statements: LogStatement[] = [];
  let [count, checkpointsMet] = [0, 0];
  let badCheckpoint: number | undefined;
  let end: ExportEnd | undefined;
  let goesOn = false;
  for (const line of lines) {
    if (line === '') continue;
    goesOn ||= end !== undefined;
    const ending = format === 'json' ? readExportEnd(line) : undefined;
    if (ending) {
      end ??= ending;
      continue;
    }
    count++;
    const link = read(line, format);
    const seq = link ? Number(link.event.seq) : UNKNOWN;
    if (segments.length < MOST_SEGMENTS) append(segments, seq, link);
    if (!link) continue;
    const expected = checkpoints.get(seq);
    if (expected === link.hash) checkpointsMet++;
    else if (expected !== undefined) badCheckpoint ??= seq;
    if (link.event.salt === undefined) stubs.push(seq);
    if (STATEMENTS.includes(link.event.type))
      statements.push({ type: link.event.type, detail: link.event.detail as Record<string, unknown> });
  }
  return { count, segments, checkpointsMet, badCheckpoint, stubs, statements, end, goesOn };
}

function read(line: string, format: LineFormat): Link | undefined {
  try {
    return linkOf(line, format);
  } catch {
    return undefined;
  }
}

function append(segments: Segment[], seq: number, link: Link | undefined): void {
  const fault = link ? faultOf(link) : 'it cannot be read';
  const last = segments.at(-1);
  const follows = last && last.fault === undefined && seq === last.to + 1 && link?.prevHash === last.hash;
  if (follows && link && fault === undefined) {
    last.to = seq;
    last.before = last.hash;
    last.hash = link.hash;
    return;
  }
  const prevHash = link?.prevHash ?? '';
  const segment = { from: seq, to: seq, prevHash, hash: link?.hash ?? '', before: prevHash };
  segments.push(fault === undefined ? segment : { ...segment, fault });
}
