export { lockDataDirectory, prepareDataDirectory } from './data-directory.js';
export { startEmbeddedPostgres, type EmbeddedDatabase } from './embedded-postgres.js';
