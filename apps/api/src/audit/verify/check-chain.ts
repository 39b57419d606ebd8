import { GENESIS } from '@valetkey/audit-log';
import type { ExportEnd } from '../export/export-end.js';
import { positionsIn } from '@valetkey/audit-log';
import type { Statement, TrustedKeys } from '@valetkey/audit-log';
import { UNKNOWN, type LinesReport, type LogStatement, type Segment } from './check-lines.js';

/** The first row that is not as it was written, and how that is known. */
export interface BadRow {
  readonly seq: number;
  /** When rows before it may have been rewritten as well: the first of them. What is older is vouched for. */
  readonly since?: number;
  readonly why: string;
}

/** Where the log says that it ends. */
export interface LogHead {
  readonly seq: number;
  readonly hash: string;
}

export interface ChainVerdict {
  readonly rows: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly erased: number;
  readonly checkpointsMet: number;
  readonly bad: BadRow | undefined;
}

/**
 * Puts together what was found in the parts of a log, in order: one chain, from its beginning or from where a signed
 * trim let it begin, through every checkpoint, to its head.
 */
export class ChainCheck {
  private rows = 0;
  private first: Segment | undefined;
  private last: Segment | undefined;
  /** A single link that does not follow the one before: the next one says which of the two was replaced. */
  private doubt: Segment | undefined;
  private bad: BadRow | undefined;
  private checkpointsMet = 0;
  private badCheckpoint: number | undefined;
  private end: ExportEnd | undefined;
  private goesOn = false;
  private readonly positions: readonly number[];
  private readonly stubs = new Set<number>();
  private readonly statements: LogStatement[] = [];

  /** `checkpoints` are hashes by position that a trusted key has signed. */
  constructor(
    checkpoints: ReadonlyMap<number, string>,
    private readonly keys: TrustedKeys,
  ) {
    this.positions = [...checkpoints.keys()].sort((a, b) => a - b);
  }

  /** The next part. */
  add(report: LinesReport): void {
    this.goesOn ||=
      report.goesOn || (this.end !== undefined && (report.count > 0 || report.end !== undefined));
    this.end ??= report.end;
    this.rows += report.count;
    this.checkpointsMet += report.checkpointsMet;
    this.badCheckpoint ??= report.badCheckpoint;
    for (const seq of report.stubs) this.stubs.add(seq);
    this.statements.push(...report.statements);
    for (const segment of report.segments) if (!this.bad) this.follow(this.placed(segment));
  }

  /** The end; `head` is where a database says that its log ends. An export says it itself, in its last line. */
  finish(head?: LogHead): ChainVerdict {
    const erased = this.stubs.size;
    const end = head ?? (this.end && { seq: Number(this.end.lastSeq), hash: this.end.lastHash });
    this.settleDoubt(end && { from: end.seq + 1, prevHash: end.hash });
    const found = [
      this.bad,
      this.beginning(),
      this.emptiness(head),
      end ? this.ending(end) : this.endlessness(),
      this.sequel(),
      this.rewritten(),
      this.cutOff(),
      this.unexplainedStub(),
    ].filter((bad) => bad !== undefined);
    const bad = found.reduce<BadRow | undefined>(
      (least, each) => (least === undefined || isEarlier(each, least) ? each : least),
      undefined,
    );
    const { rows, checkpointsMet } = this;
    return { rows, from: this.first?.from, to: this.last?.to, erased, checkpointsMet, bad };
  }

  private placed(segment: Segment): Segment {
    const next = (this.last?.to ?? 0) + 1;
    return segment.from === UNKNOWN ? { ...segment, from: next, to: next } : segment;
  }

  private follow(segment: Segment): void {
    this.settleDoubt(segment);
    if (this.bad) return;
    const { last } = this;
    this.first ??= segment;
    if (last && segment.from > last.to + 1) this.bad = { seq: last.to + 1, why: 'it is missing' };
    else if (last && segment.from <= last.to) this.bad = { seq: segment.from, why: 'it is there twice' };
    else if (segment.fault !== undefined) this.bad = this.faulty(segment.fault, segment, last);
    else if (last && segment.prevHash !== last.hash) this.blame(segment, last);
    this.last = segment;
  }

  /** A row that was put in pushes the next one from its place; that one still names the row that it really followed. */
  private faulty(why: string, segment: Segment, last: Segment | undefined): BadRow {
    const isPushed = last && segment.prevHash !== last.hash && segment.prevHash === last.before;
    return isPushed ? { seq: last.to, why: 'it was put in' } : { seq: segment.from, why };
  }

  private blame(segment: Segment, last: Segment): void {
    if (segment.to > segment.from) this.bad = this.replaced(last.to);
    else this.doubt = segment;
  }

  /** The link after the one in doubt names its hash: then the one before it was replaced, else it was itself. */
  private settleDoubt(next: Pick<Segment, 'from' | 'prevHash'> | undefined): void {
    const { doubt } = this;
    if (!doubt || this.bad) return;
    const isConfirmed = next?.from === doubt.to + 1 && next.prevHash === doubt.hash;
    this.bad = this.replaced(isConfirmed ? doubt.from - 1 : doubt.from);
    this.doubt = undefined;
  }

  /** The row is what its own hash says, and another one than its successor followed. */
  private replaced(seq: number): BadRow {
    return this.from({ seq, why: 'it was replaced: the next one follows another' });
  }

  /** Rows up to the last checkpoint before it are as that one says. */
  private from(bad: BadRow): BadRow {
    const vouched = this.positions.findLast((position) => position < bad.seq) ?? 0;
    const since = Math.max(vouched + 1, this.first?.from ?? 1);
    return since < bad.seq ? { ...bad, since } : bad;
  }

  /** A log begins at its first event, or after what a signed trim has let go. */
  private beginning(): BadRow | undefined {
    const { first } = this;
    if (!first) return undefined;
    if (first.from === 1)
      return first.prevHash === GENESIS ? undefined : { seq: 1, why: 'it is not the first event of a log' };
    const trim = { throughSeq: String(first.from - 1), throughHash: first.prevHash };
    const isTrimmed = this.statements.some(
      ({ type, detail }) =>
        type === 'audit_log.trimmed' &&
        detail['throughSeq'] === trim.throughSeq &&
        detail['throughHash'] === trim.throughHash &&
        this.isSigned({ purpose: 'trim', ...trim }, detail),
    );
    return isTrimmed ? undefined : { seq: 1, why: `it is missing, and so is all up to ${first.from - 1}` };
  }

  /** An empty log proves nothing: a log always has its first event. */
  private emptiness(head: LogHead | undefined): BadRow | undefined {
    return head || this.rows > 0 ? undefined : { seq: 1, why: 'it is missing: there is no event at all' };
  }

  private ending(head: LogHead): BadRow | undefined {
    const to = this.last?.to ?? 0;
    if (head.seq > to) return { seq: to + 1, why: `it is missing: the log ends at ${head.seq}` };
    if (head.seq < to) return { seq: head.seq + 1, why: 'it is after the end of the log' };
    return this.last && this.last.hash !== head.hash ? this.replaced(to) : undefined;
  }

  /** A file that was cut between two lines looks whole otherwise. */
  private endlessness(): BadRow {
    const why = 'the export stops without its last line: it was cut off, or is of a version that wrote none';
    return { seq: (this.last?.to ?? 0) + 1, why };
  }

  private sequel(): BadRow | undefined {
    if (this.goesOn) return { seq: Number(this.end?.lastSeq) + 1, why: 'it is after the end of the export' };
    if (!this.end || this.end.events === this.rows) return undefined;
    const why = `the export says that it holds ${this.end.events} events, and there are ${this.rows}`;
    return { seq: (this.last?.to ?? 0) + 1, why };
  }

  private rewritten(): BadRow | undefined {
    if (this.badCheckpoint === undefined) return undefined;
    return this.from({
      seq: this.badCheckpoint,
      why: 'its checkpoint says otherwise: the chain was written anew',
    });
  }

  private cutOff(): BadRow | undefined {
    const to = this.last?.to ?? 0;
    const beyond = this.positions.find((position) => position > to);
    return beyond === undefined
      ? undefined
      : { seq: to + 1, why: `it is missing: there is a checkpoint at ${beyond}` };
  }

  private unexplainedStub(): BadRow | undefined {
    for (const { type, detail } of this.statements) {
      const { rows } = detail;
      if (type !== 'audit_event.erased' || typeof rows !== 'string') continue;
      if (!this.isSigned({ purpose: 'erasure', rows }, detail)) continue;
      for (const position of positionsIn(rows)) this.stubs.delete(position);
    }
    if (this.stubs.size === 0) return undefined;
    const seq = [...this.stubs].reduce((least, each) => Math.min(least, each));
    return { seq, why: 'its personal part is gone, and no signed erasure says so' };
  }

  /** Without a trusted key the chain alone speaks for its statements. */
  private isSigned(statement: Statement, { keyId, signature }: LogStatement['detail']): boolean {
    return this.keys.size === 0 || this.keys.signed(statement, keyId, signature);
  }
}

/** Of a single row and a stretch that it is in, the row says more. */
function isEarlier(one: BadRow, other: BadRow): boolean {
  if (one.since === undefined && other.since !== undefined) return one.seq <= other.seq;
  return one.seq < other.seq;
}
