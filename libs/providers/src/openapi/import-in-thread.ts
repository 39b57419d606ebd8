import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { DocumentImport, ImportingProvider, SelectedOperation } from './import-operations.js';
import { OpenApiFault } from './openapi-fault.js';

const MOST_MS = 20_000;
const MOST_MEMORY_MB = 768;
/** A thread runs what is compiled, also where this file is not. */
const WORKER = fileURLToPath(new URL('../../dist/openapi/import-worker.js', import.meta.url));

/**
 * As `importOperations`, in a thread that is ended when it takes too long: no document holds up other requests.
 * @throws OpenApiFault
 */
export async function importInThread(
  text: string,
  selection: readonly SelectedOperation[],
  provider: ImportingProvider,
  mostMs = MOST_MS,
): Promise<DocumentImport> {
  const worker = new Worker(WORKER, {
    workerData: { text, selection, provider },
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  const tooLong = `The document takes longer to read than ${mostMs / 1000} seconds; take the part that you need out of it.`;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<DocumentImport>((resolve, reject) => {
      timer = setTimeout(() => reject(new OpenApiFault(tooLong)), mostMs);
      worker.once('error', (error) => reject(isOutOfMemory(error) ? new OpenApiFault(TOO_LARGE) : error));
      worker.once('message', (told: { done?: DocumentImport; fault?: string }) => {
        if (told.done) resolve(told.done);
        else reject(new OpenApiFault(told.fault ?? ''));
      });
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

const TOO_LARGE =
  'The document takes more memory to read than there is; take the part that you need out of it.';

function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
}
