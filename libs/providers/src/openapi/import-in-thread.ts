import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { OfferedTools, ToolImport } from '../mcp/import-tools.js';
import type { DocumentImport, ImportingProvider, SelectedOperation } from './import-operations.js';
import { OpenApiFault } from './openapi-fault.js';

const MOST_MS = 20_000;
const MOST_MEMORY_MB = 768;
/** A thread runs what is compiled, also where this file is not. */
const WORKER = fileURLToPath(new URL('../../dist/openapi/import-worker.js', import.meta.url));

/** The thing that an import reads: a document, or the tools that an MCP server offers. */
export type ImportWork = { readonly selection: readonly SelectedOperation[] } & (
  { readonly text: string; readonly provider: ImportingProvider } | { readonly offered: OfferedTools }
);

/**
 * As `importOperations` or `importTools`, in a thread that is ended when it takes too long: no document and no server
 * holds up other requests.
 * @throws OpenApiFault
 */
export async function importInThread(
  work: ImportWork,
  mostMs = MOST_MS,
): Promise<DocumentImport | ToolImport> {
  const worker = new Worker(WORKER, {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
  });
  const tooLong = `The document takes longer to read than ${mostMs / 1000} seconds; take the part that you need out of it.`;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<DocumentImport | ToolImport>((resolve, reject) => {
      timer = setTimeout(() => reject(new OpenApiFault(tooLong)), mostMs);
      worker.once('error', (error) => reject(isOutOfMemory(error) ? new OpenApiFault(TOO_LARGE) : error));
      worker.once('message', (told: { done?: DocumentImport | ToolImport; fault?: string }) => {
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
