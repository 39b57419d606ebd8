/** Checks parts of a log in a thread of its own: it is handed bytes that hold whole lines. */
import { parentPort, workerData } from 'node:worker_threads';
import type { LineFormat } from '../formats/rows.js';
import { checkRows } from './check-rows.js';

const { format, firstSeq } = workerData as { format: LineFormat; firstSeq: number };

parentPort?.on('message', (bytes: Uint8Array) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  const report = checkRows(text.split('\n'), format, firstSeq);
  // One message for each hash would cost more than hashing: they travel as one.
  const runs = report.runs.map((run) => ({ ...run, hashes: [Buffer.concat(run.hashes)] }));
  parentPort?.postMessage({ ...report, runs });
});
