export {
  AdmitSessions,
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  LetAuditors,
  LetUnenrolled,
  TakesMembers,
  LETS_AUDITORS,
  OPERATOR_ROLES,
  ownRows,
  Public,
  isOwner,
  requireOwner,
  requireOwnerInPerson,
  ROUTE_CALLERS,
  traceOf,
  type Caller,
  type CallerOf,
  type CallerRequest,
  type CallerType,
  type OperatorRole,
  type RequestTrace,
  type SessionOfUser,
  type SessionScope,
  type StepUpRule,
  type UserTokenRight,
  USER_TOKEN_RIGHTS,
} from './caller.js';
export {
  ASKS,
  Asks,
  AsksInHandler,
  CurrentMayShow,
  RoutePolicies,
  VERBS,
  type Ask,
  type AskedSubject,
  type AskedThing,
  type MayShow,
  type RoutePolicy,
  type Verb,
} from './asks.js';
export { callersAt, CallerGuard, CredentialReaders, type CredentialReader } from './caller.guard.js';
export { requireStepUp, StepUp, StepUpInHandler, STEPS_UP } from './step-up.js';
export { ownCookie, type OwnCookie } from './own-cookie.js';
export { requireOwnPage } from './own-page.js';
export { ProblemFilter, type Denial, type ProblemDialect } from './problem.filter.js';
export {
  DocumentedAnswer,
  DocumentedHeader,
  DocumentedNote,
  DocumentedParam,
  DocumentedUnder,
  applyApiDescription,
  Undocumented,
} from './api-description.js';
export {
  Documented,
  problemSchema,
  ROUTE_PROBLEMS,
  ROUTE_RECORDS,
  type RouteProblems,
} from './documented.js';
export { generalProblems } from './general-problems.js';
export { backoffMs, inputDate, inputTime } from '@valetkey/providers';
export { inputProblem, readJson, requireText, shortened } from './input.js';
export { validationPipe } from './validation.pipe.js';
export {
  idFilter,
  pageQuery,
  pageRequest,
  resourceListQuery,
  sendPage,
  textFilter,
  timeFilter,
  type PageRequest,
} from './resource-list.js';
export { retryAfterOf } from './retry-after.js';
export { pageFilter, pageOf, type ListedPage } from './page-of.js';
export { addressBlock, plainAddress } from './addresses.js';
export { OpenStreams } from './open-streams.js';
export { RequestSignals } from './request-signals.js';
export { RequestLimits } from './request-limits.js';
export { cursorOf, cursorPage, cursorQuery, readCursor, visiblePage, type CursorPage } from './cursor.js';
