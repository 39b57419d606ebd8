export * from './http/index.js';
export * from './prisma/index.js';
export * from './sql/index.js';
export * from './outgoing/index.js';
export { Log } from './log/index.js';
export { Clock, SystemClock } from './time/clock.js';
export { failurePoint } from './failure-point.js';
export { newId, randomSecret, sameSecret, sha256 } from './identifiers.js';
export { PlatformModule } from './platform.module.js';
