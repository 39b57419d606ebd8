export {
  DATABASE_URL_TOKEN,
  isLockTimeout,
  isPassing,
  isUniqueViolation,
  isUnstorableText,
  PrismaService,
  type Transaction,
} from './prisma.service.js';
export { Prisma } from './generated/client.js';
export { inMs, leaseSql } from './lease-sql.js';
export { storable } from './storable.js';
export { TransactionalRepository } from './transactional.repository.js';
