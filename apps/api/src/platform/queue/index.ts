export { QueueEngine } from './queue-engine.js';
export { DelayedError, type Job, type Queue, type Worker } from 'bullmq';
