/** Reads a document in a thread of its own, which can be ended however far it has come. */
import { parentPort, workerData } from 'node:worker_threads';
import { importOperations, type ImportingProvider, type SelectedOperation } from './import-operations.js';
import { OpenApiFault } from './openapi-fault.js';

const { text, selection, provider } = workerData as {
  readonly text: string;
  readonly selection: readonly SelectedOperation[];
  readonly provider: ImportingProvider;
};

try {
  parentPort?.postMessage({ done: await importOperations(text, selection, provider) });
} catch (error) {
  if (!(error instanceof OpenApiFault)) throw error;
  parentPort?.postMessage({ fault: error.message });
}
