export type { ProblemEntry } from './entry.js';
export {
  CATALOGUE,
  invalidInput,
  notFound,
  Problem,
  detailWithLink,
  problemBody,
  retryAfterHeader,
  type ProblemAnswer,
  type ProblemCode,
  type ProblemName,
} from './problem.js';
