import type { ProblemName } from '../problems/index.js';
import type { CallerType } from './caller.js';

/** The declarations of a route that decide which general problems it may answer with. */
export interface RouteShape {
  readonly method: string;
  /** As OpenAPI writes it: `/v1/tasks/{id}`. */
  readonly path: string;
  /** Empty: everyone is admitted. */
  readonly callers: readonly CallerType[];
  readonly parameters: readonly string[];
  /** It takes a user id in path, query or body. */
  readonly namesUser: boolean;
  /** Auditors may use it, whatever its method. */
  readonly letsAuditors: boolean;
  /** It wants a proof of late from a session at the dashboard. */
  readonly stepsUp: boolean;
  /** It appends to the audit log before it answers. */
  readonly records: boolean;
  /** It forwards the body unread. */
  readonly passesBody: boolean;
}

const KINDS_OF_CALLERS = 3;
const READS = ['GET', 'HEAD'];

/** Every problem that guard, body parser, pipes and filter may answer for a route. */
export function generalProblems(route: RouteShape): ProblemName[] {
  return [...ofInput(route), ...ofCallers(route), ...ofFailures(route)];
}

function ofInput({ method, parameters, passesBody }: RouteShape): ProblemName[] {
  const takesBody = !READS.includes(method);
  return [
    ...given(takesBody || parameters.length > 0, 'invalid_input'),
    ...given(
      parameters.some((name) => name === 'id' || name === 'keyId'),
      'not_found',
    ),
    ...given(takesBody, 'request_timeout', 'payload_too_large'),
    ...given(takesBody && !passesBody, 'unsupported_media_type'),
  ];
}

function ofCallers({ method, callers, namesUser, letsAuditors, stepsUp }: RouteShape): ProblemName[] {
  // The HTTP parser answers this before the route is known, so every operation lists it.
  if (callers.length === 0) return ['headers_too_large'];
  const isRead = READS.includes(method);
  const lets = (type: CallerType) => callers.includes(type);
  return [
    'authentication_required',
    'invalid_credential',
    'rate_limited',
    ...given(callers.length < KINDS_OF_CALLERS, 'wrong_credential_kind'),
    ...given(lets('agent'), 'policy_denied', 'approval_required'),
    ...given(lets('user') && namesUser, 'other_user'),
    // The dashboard's cookie is read on every route, even one that then refuses its holder.
    ...given(!isRead, 'csrf_token_invalid'),
    ...given(lets('operator'), 'second_factor_missing'),
    ...given(lets('operator') && !isRead && !letsAuditors, 'read_only_role'),
    ...given(lets('operator') && stepsUp, 'step_up_required'),
  ];
}

function ofFailures({ records }: RouteShape): ProblemName[] {
  return ['internal_error', 'unavailable', ...given(records, 'audit_unavailable')];
}

function given(condition: boolean, ...names: ProblemName[]): ProblemName[] {
  return condition ? names : [];
}
