export { lockDataDirectory, prepareDataDirectory } from './data-directory.js';
export {
  runningEmbeddedPostgres,
  startEmbeddedPostgres,
  type EmbeddedDatabase,
} from './embedded-postgres.js';
export { migrateInChildProcess } from '../prisma/migration-process.js';
export { applyMigrations } from '../prisma/migrations.js';
export { grantAppRights } from '../prisma/app-rights.js';
