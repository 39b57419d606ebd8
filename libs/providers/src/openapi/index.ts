export { importInThread, type ImportWork } from './import-in-thread.js';
export { importingProvider, MOST_SELECTED } from './import-operations.js';
export type {
  DocumentImport,
  ImportingProvider,
  OfferedOperation,
  SelectedOperation,
} from './import-operations.js';
export { importedOperation, type ImportedOperation } from './imported-operation.js';
export type { ImportedApi } from './imported-apis.js';
export { OpenApiFault } from './openapi-fault.js';
export { operationChanges, type OperationChange } from './operation-changes.js';
export { MOST_JSON_BYTES } from './read-document.js';
