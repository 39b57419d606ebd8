/** Checks parts of a log in a thread of its own: it is handed bytes that hold whole lines. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkLines } from './check-lines.js';
import type { LineFormat } from './link-lines.js';

const { format, checkpoints } = workerData as {
  format: LineFormat;
  checkpoints: ReadonlyMap<number, string>;
};

parentPort?.on('message', (bytes: Uint8Array) => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  parentPort?.postMessage(checkLines(text.split('\n'), format, checkpoints));
});
