export {
  CatalogueFault,
  catalogueJsonSchema,
  readEntries,
  readOwnEntries,
  requireConnectors,
} from './entry-files.js';
export { actionSetJsonSchema, type ActionSet } from '../action-sets/action-set.js';
export { readActionSets, readOwnActionSets } from '../action-sets/action-set-files.js';
export { marksOf } from '../action-sets/curated-parts.js';
export { filled } from '../action-sets/filled.js';
export { operationsOfSet } from '../action-sets/set-operations.js';
