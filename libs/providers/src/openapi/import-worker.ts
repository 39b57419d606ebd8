/** Reads a document or a list of tools in a thread of its own, which can be ended however far it has come. */
import { parentPort, workerData } from 'node:worker_threads';
import { importTools } from '../mcp/import-tools.js';
import { importOperations } from './import-operations.js';
import type { ImportWork } from './import-in-thread.js';
import { OpenApiFault } from './openapi-fault.js';

const work = workerData as ImportWork;

try {
  const done =
    'offered' in work
      ? importTools(work.offered, work.selection)
      : await importOperations(work.text, work.selection, work.provider);
  parentPort?.postMessage({ done });
} catch (error) {
  if (!(error instanceof OpenApiFault)) throw error;
  parentPort?.postMessage({ fault: error.message });
}
