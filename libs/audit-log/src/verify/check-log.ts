import type { ExportEnd } from '../formats/export-lines.js';
import type { Row } from '../formats/rows.js';
import { positionsIn } from '../statements/row-ranges.js';
import type { Statement, TrustedKeys } from '../statements/signed.js';
import { HASH_BYTES } from '../tree/hashes.js';
import {
  DOES_NOT_FOLLOW,
  faultInChain,
  UNKNOWN,
  type LogStatement,
  type RowsReport,
  type Run,
} from './check-rows.js';
import { ChainEnd, faultInContinuation } from './chain-end.js';
import type { BadRow, LogStart, StoredTree } from './log-parts.js';
import { checkpointOf, type SignedHeads } from './signed-heads.js';
import { TreeCheck } from './tree-check.js';

export interface RowsVerdict {
  readonly rows: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly erased: number;
  readonly checkpointsMet: number;
  /** Of each trusted witness the last row up to which a checkpoint that fits is cosigned by it, if there is one. */
  readonly witnesses: readonly { readonly name: string; readonly throughRow: number | undefined }[];
  readonly bad: BadRow | undefined;
}

/**
 * Puts together what was found in the parts of a log, in order: one tree, from its beginning or from where a signed
 * trim let it begin, through every checkpoint, to its end; and before it the chain that an older version wrote.
 */
export class LogCheck {
  private rows = 0;
  private to: number;
  private bad: BadRow | undefined;
  private end: ExportEnd | undefined;
  private goesOn = false;
  private readonly chain = new ChainEnd();
  /** The first row of a chain whose beginning was trimmed: the trim says what it follows. */
  private opening: Row | undefined;
  private readonly stubs = new Set<number>();
  private readonly statements: LogStatement[] = [];
  private readonly tree: TreeCheck | undefined;

  constructor(
    private readonly start: LogStart,
    private readonly heads: SignedHeads,
    private readonly keys: TrustedKeys,
    private readonly stored?: StoredTree,
  ) {
    this.to = start.fromSeq - 1;
    const size = Math.max(0, start.fromSeq - start.firstSeq);
    try {
      this.tree = new TreeCheck(size, start.edge, heads, stored?.nodes);
    } catch {
      this.bad = { seq: start.fromSeq, why: 'the tree before it is not known: its edge is of another size' };
    }
  }

  /** The next part. */
  add(report: RowsReport): void {
    this.goesOn ||=
      report.goesOn || (this.end !== undefined && (report.count > 0 || report.end !== undefined));
    this.end ??= report.end;
    this.rows += report.count;
    for (const seq of report.stubs) this.stubs.add(seq);
    this.statements.push(...report.statements);
    for (const run of report.runs) if (!this.bad) this.follow(run);
  }

  /** The end of the rows. */
  finish(): RowsVerdict {
    const { rows, start, to, stored } = this;
    const erased = this.stubs.size;
    if (!this.bad && (!stored || stored.size === this.tree?.size)) this.tree?.finish(stored?.edge);
    const found = [
      this.bad,
      rows > 0 ? this.beginning() : { seq: 1, why: 'it is missing: there is no event at all' },
      this.continuation(),
      this.ending(),
      this.rewritten(),
      this.fork(),
      this.cutOff(),
      this.unexplainedStub(),
    ].filter((bad) => bad !== undefined);
    const bad = found.reduce<BadRow | undefined>(
      (least, each) => (least === undefined || isEarlier(each, least) ? each : least),
      undefined,
    );
    const checkpointsMet = this.tree?.checkpointsMet ?? 0;
    return {
      rows,
      from: rows > 0 ? start.fromSeq : undefined,
      to: rows > 0 ? to : undefined,
      erased,
      checkpointsMet,
      witnesses: this.tree?.witnesses(this.keys, start.firstSeq) ?? [],
      bad,
    };
  }

  private follow({ from: said, hashes, fault, open }: Run): void {
    const next = this.to + 1;
    const from = said === UNKNOWN ? next : said;
    if (from > next) return this.blame(next, 'it is missing');
    if (from < next) return this.blame(from, 'it is there twice, or in another place');
    if (fault !== undefined) return this.blame(from, fault);
    if (open && !this.isFollowed(open, from)) return;
    const isOfTree = from >= this.start.firstSeq;
    for (const packed of hashes)
      for (let at = 0; at < packed.length; at += HASH_BYTES) {
        const hash = Buffer.from(packed.buffer, packed.byteOffset + at, HASH_BYTES);
        if (isOfTree) this.tree?.append(hash);
        else this.chain.append(hash.toString('hex'));
        this.to++;
      }
  }

  private isFollowed(row: Row, seq: number): boolean {
    if (seq === this.start.fromSeq && seq > 1) {
      this.opening = row;
      return true;
    }
    const fault = faultInChain(row, this.chain.last);
    if (fault !== undefined) this.blame(seq, fault);
    return fault === undefined;
  }

  /** A chain is vouched for by what follows it alone, and at its end by the first leaf. */
  private blame(seq: number, why: string): void {
    const { firstSeq, fromSeq } = this.start;
    const isChained = (why === DOES_NOT_FOLLOW || seq === firstSeq) && fromSeq < seq;
    this.bad = isChained ? { seq, since: fromSeq, why } : { seq, why };
  }

  /** A log begins at its first event, or after what a signed trim has let go. */
  private beginning(): BadRow | undefined {
    const { fromSeq } = this.start;
    if (fromSeq === 1) return undefined;
    const throughSeq = String(fromSeq - 1);
    const isTrimmed = this.statements.some(
      ({ type, detail }) =>
        type === 'audit_log.trimmed' &&
        detail['throughSeq'] === throughSeq &&
        typeof detail['throughHash'] === 'string' &&
        this.isWhatWasBefore(detail['throughHash']) &&
        this.isSigned({ purpose: 'trim', throughSeq, throughHash: detail['throughHash'] }, detail),
    );
    return isTrimmed ? undefined : { seq: 1, why: `it is missing, and so is all up to ${throughSeq}` };
  }

  private isWhatWasBefore(hash: string): boolean {
    const { firstSeq, fromSeq, edge } = this.start;
    if (fromSeq > firstSeq) return rootOf(fromSeq - firstSeq, edge, this.heads) === hash;
    if (this.opening) return faultInChain(this.opening, hash) === undefined;
    return this.continued()?.detail['throughHash'] === hash;
  }

  private continued(): LogStatement | undefined {
    return this.statements.find(
      ({ type, seq }) => type === 'audit_log.continued' && seq === this.start.firstSeq,
    );
  }

  /** The first leaf of a tree that goes on where a chain ended says where that was. */
  private continuation(): BadRow | undefined {
    const { firstSeq, fromSeq } = this.start;
    if (firstSeq === 1 || fromSeq > firstSeq || this.to < firstSeq) return undefined;
    const { detail } = this.continued() ?? {};
    return faultInContinuation(this.start, detail, this.chain, (statement, by) =>
      this.isSigned(statement, by),
    );
  }

  /** Where reading stopped at a bad row, the end says nothing about the rows after it. */
  private ending(): BadRow | undefined {
    const end = this.stored ? this.storedEnd(this.stored) : this.exportEnd();
    return this.bad && end && end.seq > this.to ? undefined : end;
  }

  private storedEnd({ size }: StoredTree): BadRow | undefined {
    const last = this.start.firstSeq + size - 1;
    if (last > this.to) return { seq: this.to + 1, why: `it is missing: the log ends at ${last}` };
    return last < this.to ? { seq: last + 1, why: 'it is after the end of the tree' } : undefined;
  }

  /** A file that was cut between two lines looks whole otherwise. */
  private exportEnd(): BadRow | undefined {
    const { end, rows, to } = this;
    const after = (why: string) => ({ seq: to + 1, why });
    if (!end)
      return after('the export stops without its last line: it was cut off, or is of another version');
    if (this.goesOn)
      return { seq: Math.min(Number(end.lastSeq), to) + 1, why: 'it is after the end of the export' };
    if (end.events !== rows)
      return after(`the export says that it holds ${end.events} events, and there are ${rows}`);
    if (end.lastSeq !== String(to))
      return {
        seq: Math.min(Number(end.lastSeq), to) + 1,
        why: `the export says that it ends at ${end.lastSeq}`,
      };
    if (end.checkpoint === undefined)
      return after('the export is not of the whole log: it has no checkpoint');
    const head = checkpointOf(end.checkpoint, this.keys);
    if (!head) return after('no trusted key has signed the checkpoint of the export');
    if (head.size !== this.tree?.size)
      return after(`the export ends with a checkpoint of ${head.size} leaves`);
    if (!head.root.equals(this.tree.root()))
      this.tree.blame(head.size, 'the checkpoint of the export says otherwise: the log was written anew');
    return undefined;
  }

  private rewritten(): BadRow | undefined {
    const bad = this.tree?.bad;
    return bad && this.stretch(bad.from, bad.to, bad.why);
  }

  /** The first leaf speaks for the chain before it. */
  private stretch(from: number, to: number, why: string): BadRow {
    const { firstSeq, fromSeq } = this.start;
    const seq = firstSeq + to - 1;
    const since = from === 0 ? Math.min(fromSeq, firstSeq) : firstSeq + from;
    return since < seq ? { seq, since, why } : { seq, why };
  }

  private fork(): BadRow | undefined {
    const { fork } = this.heads;
    return fork === undefined
      ? undefined
      : this.stretch(0, fork, 'two checkpoints of this size have different roots');
  }

  private cutOff(): BadRow | undefined {
    const beyond = this.bad ? undefined : this.heads.beyond(this.tree?.size ?? 0);
    if (beyond === undefined) return undefined;
    const row = this.start.firstSeq + beyond - 1;
    return { seq: this.to + 1, why: `it is missing: there is a checkpoint at ${row}` };
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

  /** Without a trusted key the tree alone speaks for its statements. */
  private isSigned(statement: Statement, { keyId, signature }: LogStatement['detail']): boolean {
    return this.keys.size === 0 || this.keys.signed(statement, keyId, signature);
  }
}

function rootOf(size: number, edge: Buffer, heads: SignedHeads): string | undefined {
  try {
    return new TreeCheck(size, edge, heads).root().toString('hex');
  } catch {
    return undefined;
  }
}

/** Of a single row and a stretch that it is in, the row says more. */
function isEarlier(one: BadRow, other: BadRow): boolean {
  if (one.since === undefined && other.since !== undefined) return one.seq <= other.seq;
  return one.seq < other.seq;
}
