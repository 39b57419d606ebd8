export { QueueEngine } from './queue-engine.js';
export { migrateQueueTables } from './queue-tables.js';
export { DelayedError, type Job, type JobType, type Queue, type Worker } from 'bullmq';
