export {
  CatalogueFault,
  catalogueJsonSchema,
  readEntries,
  readOwnEntries,
  requireConnectors,
} from './entry-files.js';
