export {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Public,
  type Caller,
  type CallerOf,
  type OperatorRole,
  type RequestTrace,
} from './caller.js';
export { CallerGuard, CredentialReaders, type CredentialReader } from './caller.guard.js';
export { invalidInput, notFound, Problem } from './problem.js';
export { ProblemFilter, type Denial, type ProblemDialect } from './problem.filter.js';
export { Documented, problemSchema } from './documented.js';
export { validationPipe } from './validation.pipe.js';
export {
  idFilter,
  pageRequest,
  resourceListQuery,
  sendPage,
  textFilter,
  type PageRequest,
  type ResourceListQuery,
} from './resource-list.js';
export { cursorOf, cursorPage, cursorQuery, readCursor, type CursorPage } from './cursor.js';
