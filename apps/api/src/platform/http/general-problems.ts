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
  /** It appends to the audit log before it answers. */
  readonly records: boolean;
  /** It forwards the body unread. */
  readonly passesBody: boolean;
}

const KINDS_OF_CALLERS = 3;
const READS = ['GET', 'HEAD'];

/** Code → status of every problem that guard, body parser, pipes and filter may answer for a route. */
export function generalProblems(route: RouteShape): Record<string, number> {
  return { ...ofInput(route), ...ofCallers(route), ...ofFailures(route) };
}

function ofInput({ method, parameters, passesBody }: RouteShape): Record<string, number> {
  const takesBody = !READS.includes(method);
  return {
    ...(takesBody || parameters.length > 0 ? { invalid_input: 400 } : {}),
    ...(parameters.some((name) => name === 'id' || name === 'keyId') ? { not_found: 404 } : {}),
    ...(takesBody ? { request_timeout: 408, payload_too_large: 413 } : {}),
    ...(takesBody && !passesBody ? { unsupported_media_type: 415 } : {}),
  };
}

function ofCallers({ method, callers, namesUser, letsAuditors }: RouteShape): Record<string, number> {
  // The HTTP parser answers this before the route is known, so every operation lists it.
  if (callers.length === 0) return { headers_too_large: 431 };
  const isRead = READS.includes(method);
  const lets = (type: CallerType) => callers.includes(type);
  return {
    authentication_required: 401,
    invalid_credential: 401,
    rate_limited: 429,
    ...(callers.length < KINDS_OF_CALLERS ? { wrong_credential_kind: 403 } : {}),
    ...(lets('agent') ? { policy_denied: 403, approval_required: 403 } : {}),
    ...(lets('user') && namesUser ? { other_user: 403 } : {}),
    // The dashboard's cookie is read on every route, even one that then refuses its holder.
    ...(isRead ? {} : { csrf_token_invalid: 403 }),
    ...(lets('operator') && !isRead && !letsAuditors ? { read_only_role: 403 } : {}),
  };
}

function ofFailures({ records }: RouteShape): Record<string, number> {
  return { internal_error: 500, unavailable: 503, ...(records ? { audit_unavailable: 503 } : {}) };
}
