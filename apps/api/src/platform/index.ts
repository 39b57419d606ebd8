export {
  detailWithLink,
  invalidInput,
  notFound,
  Problem,
  problemBody,
  retryAfterHeader,
  type ProblemAnswer,
  type ProblemCode,
  type ProblemName,
} from './problems/index.js';
export * from './http/index.js';
export * from './prisma/index.js';
export * from './sql/index.js';
export * from './outgoing/index.js';
export { Mailer, type Mail } from './mail/mailer.js';
export { Log } from './log/index.js';
export { Cache } from './time/cache.js';
export { Clock, SystemClock } from './time/clock.js';
export { Jobs, type Job } from './time/jobs.js';
export { keepAlive } from './time/keep-alive.js';
export { KeyedMutex } from './time/keyed-mutex.js';
export { LastTimes } from './time/last-times.js';
export { SingleFlight } from './time/single-flight.js';
export { untilItWorks } from './time/until-it-works.js';
export { failurePoint } from './failure-point.js';
export { newId, randomSecret, sameSecret, sha256 } from './identifiers.js';
export { PlatformModule } from './platform.module.js';
