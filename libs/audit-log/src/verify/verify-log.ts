import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { readExportStart } from '../formats/export-lines.js';
import type { LineFormat } from '../formats/rows.js';
import type { TrustedKeys } from '../statements/signed.js';
import type { TreeHead } from '../tree/verify-proofs.js';
import { LogCheck, type RowsVerdict } from './check-log.js';
import { checkRows, type RowsReport } from './check-rows.js';
import type { LogStart, StoredTree } from './log-parts.js';
import { SignedHeads } from './signed-heads.js';

const PART_BYTES = 1 << 20;
/** Parts that wait for one thread: enough to keep it busy, few enough to stay in memory. */
const PARTS_AHEAD = 2;

export interface LogToVerify {
  /** The rows in order, as lines. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: LineFormat;
  /** The beginning of the log; an export says it itself, in its first line. */
  readonly start?: LogStart | undefined;
  /** The tree that a database holds beside the rows; an export has none. */
  readonly stored?: StoredTree | undefined;
  /** Notes of checkpoints, wherever they were kept. */
  readonly notes: readonly string[];
  /** Heads that are stored beside the notes. */
  readonly heads?: readonly TreeHead[] | undefined;
  readonly keys: TrustedKeys;
  /** 0 hashes in this thread. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((rows: number) => void) | undefined;
}

export interface LogVerdict extends RowsVerdict {
  /** Notes that no trusted key has signed: they prove nothing, and should not be there. */
  readonly unsigned: number;
  /** Of a directory of tiles: leaves before the first, of which hashes of the levels above alone are there. */
  readonly hashesBefore?: number;
}

/**
 * Verifies a log: every hash, one tree without a gap, every checkpoint. Needs no server and trusts nothing but the
 * keys. Parts are checked in threads and put together in order.
 */
export async function verifyLog(log: LogToVerify): Promise<LogVerdict> {
  const heads = new SignedHeads(log.notes, log.heads ?? [], log.keys);
  const parts = wholeLines(log.bytes);
  const { start, rest } = log.start
    ? { start: log.start, rest: undefined }
    : startOf((await parts.next()).value);
  const check = new LogCheck(start ?? NO_START, heads, log.keys, log.stored);
  if (start) await checkParts(log, start.firstSeq, check, [rest, parts]);
  const verdict = check.finish();
  const { unsigned } = heads;
  if (start) return { ...verdict, unsigned };
  const why = 'the export has no first line that says where it begins: it was cut, or is of another version';
  return { ...verdict, unsigned, bad: { seq: 1, why } };
}

const NO_START: LogStart = { firstSeq: 1, fromSeq: 1, edge: Buffer.alloc(0) };

/** Takes the first line off an export. */
function startOf(part: Uint8Array = new Uint8Array()): { start?: LogStart; rest?: Uint8Array } {
  const lineEnd = part.indexOf(10);
  const end = lineEnd < 0 ? part.length : lineEnd;
  const line = readExportStart(Buffer.from(part.subarray(0, end)).toString());
  if (!line) return {};
  const { firstSeq, fromSeq, edge } = line;
  return {
    start: { firstSeq: Number(firstSeq), fromSeq: Number(fromSeq), edge: Buffer.from(edge, 'hex') },
    rest: part.slice(end + 1),
  };
}

async function checkParts(
  { format, threads = Math.max(1, availableParallelism() - 1), onProgress }: LogToVerify,
  firstSeq: number,
  check: LogCheck,
  [first, parts]: [Uint8Array | undefined, AsyncIterable<Uint8Array>],
): Promise<void> {
  const crew = Array.from({ length: threads }, () => new Checker({ format, firstSeq }));
  const checkHere = async (part: Uint8Array) =>
    checkRows(Buffer.from(part).toString().split('\n'), format, firstSeq);
  let rows = 0;
  let turn = 0;
  const pending: Promise<RowsReport>[] = [];
  const begin = (part: Uint8Array) => {
    const checker = crew[turn++ % threads];
    pending.push(checker ? checker.check(part) : checkHere(part));
  };
  const settle = async () => {
    const report = await pending.shift();
    if (!report) return;
    check.add(report);
    onProgress?.((rows += report.count));
  };
  try {
    if (first) begin(first);
    for await (const part of parts) {
      begin(part);
      if (pending.length >= threads * PARTS_AHEAD) await settle();
    }
    while (pending.length > 0) await settle();
  } finally {
    await Promise.all(crew.map((checker) => checker.end()));
  }
}

/** One thread; it answers in the order that it was asked. */
class Checker {
  private readonly waiting: { resolve: (report: RowsReport) => void; reject: (error: Error) => void }[] = [];
  private readonly worker: Worker;

  constructor(workerData: unknown) {
    this.worker = new Worker(fileURLToPath(new URL('./verify-worker.js', import.meta.url)), { workerData });
    this.worker.on('message', (report: RowsReport) => this.waiting.shift()?.resolve(report));
    this.worker.on('error', (error: Error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  check(part: Uint8Array): Promise<RowsReport> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(part, [part.buffer as ArrayBuffer]);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Cuts a stream into parts of whole lines, each in memory of its own. */
export async function* wholeLines(
  bytes: AsyncIterable<Uint8Array>,
  partBytes = PART_BYTES,
): AsyncGenerator<Uint8Array> {
  let chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    size += chunk.length;
    if (size < partBytes) continue;
    const end = chunk.lastIndexOf(10);
    if (end < 0) continue;
    chunks[chunks.length - 1] = chunk.subarray(0, end);
    yield joined(chunks);
    chunks = [chunk.subarray(end + 1)];
    size = chunk.length - end - 1;
  }
  if (size > 0) yield joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
