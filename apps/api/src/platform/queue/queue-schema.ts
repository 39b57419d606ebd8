/** Where the queue keeps its jobs when it is on PostgreSQL. */
export const QUEUE_SCHEMA = 'bullmq';
