import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { isSigned, type CheckpointRecord } from '../checkpoint.js';
import type { TrustedKeys } from '@valetkey/audit-log';
import { ChainCheck, type ChainVerdict, type LogHead } from './check-chain.js';
import { checkLines, type LinesReport } from './check-lines.js';
import type { LineFormat } from './link-lines.js';

const PART_BYTES = 1 << 20;
/** Parts that wait for one thread: enough to keep it busy, few enough to stay in memory. */
const PARTS_AHEAD = 2;

export interface LogToVerify {
  /** The links in the order of the chain, as lines. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly format: LineFormat;
  readonly head?: LogHead | undefined;
  readonly checkpoints: readonly CheckpointRecord[];
  readonly keys: TrustedKeys;
  /** 0 hashes in this thread. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((rows: number) => void) | undefined;
}

export interface LogVerdict extends ChainVerdict {
  /** Checkpoints that no trusted key has signed: they prove nothing, and should not be there. */
  readonly unsigned: number;
}

/**
 * Verifies a log: every hash, one chain without a gap, every checkpoint. Needs no server and trusts nothing but the
 * keys. Parts are checked in threads and put together in order.
 */
export async function verifyLog(log: LogToVerify): Promise<LogVerdict> {
  const signed = log.checkpoints.filter((each) => isSigned(each, log.keys));
  const checkpoints = new Map(signed.map(({ seq, hash }) => [Number(seq), hash]));
  const check = new ChainCheck(checkpoints, log.keys);
  const threads = log.threads ?? Math.max(1, availableParallelism() - 1);
  const crew = Array.from({ length: threads }, () => new Checker({ format: log.format, checkpoints }));
  const checkHere = async (part: Uint8Array) =>
    checkLines(Buffer.from(part).toString().split('\n'), log.format, checkpoints);
  let rows = 0;
  const pending: Promise<LinesReport>[] = [];
  const settle = async () => {
    const report = await pending.shift();
    if (!report) return;
    check.add(report);
    log.onProgress?.((rows += report.count));
  };
  try {
    let turn = 0;
    for await (const part of wholeLines(log.bytes)) {
      const checker = crew[turn++ % threads];
      pending.push(checker ? checker.check(part) : checkHere(part));
      if (pending.length >= threads * PARTS_AHEAD) await settle();
    }
    while (pending.length > 0) await settle();
  } finally {
    await Promise.all(crew.map((checker) => checker.end()));
  }
  return { ...check.finish(log.head), unsigned: log.checkpoints.length - signed.length };
}

/** One thread; it answers in the order that it was asked. */
class Checker {
  private readonly waiting: { resolve: (report: LinesReport) => void; reject: (error: Error) => void }[] = [];
  private readonly worker: Worker;

  constructor(workerData: unknown) {
    this.worker = new Worker(fileURLToPath(new URL('./verify-worker.js', import.meta.url)), { workerData });
    this.worker.on('message', (report: LinesReport) => this.waiting.shift()?.resolve(report));
    this.worker.on('error', (error: Error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
  }

  check(part: Uint8Array): Promise<LinesReport> {
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
