import type { ProblemEntries } from './entry.js';

/** Problems that any route may answer. */
export const GENERAL = {
  invalid_input: {
    status: 400,
    detail: '{fault}',
    parts: { fault: 'userId: must not be empty' },
    members: { errors: [{ path: 'userId', message: 'must not be empty' }] },
  },
  invalid_request: { status: 400, detail: 'This is no request of HTTP/1.1.' },
  'invalid_request.broken_off': { status: 400, detail: 'The body was broken off.' },
  'invalid_request.framework': {
    status: 400,
    detail: '{message}',
    parts: { message: 'The request cannot be served.' },
  },
  authentication_required: { status: 401, detail: 'Send a credential as "Authorization: Bearer ...".' },
  invalid_credential: {
    status: 401,
    detail: 'The credential in Authorization is not valid, expired or revoked.',
  },
  wrong_credential_kind: {
    status: 403,
    detail: 'This route needs {needed}; you sent {sent}.',
    parts: { needed: 'an operator session or operator key', sent: 'an agent key (vk_agent_...)' },
    members: { neededCredentials: ['operator'] },
  },
  read_only_role: {
    status: 403,
    detail: 'An operator of role auditor may read only; ask an owner or admin.',
  },
  owner_required: { status: 403, detail: 'Only an operator of role owner may do this.' },
  csrf_token_invalid: {
    status: 403,
    detail: 'Send the csrfToken of your session in the header Valetkey-CSRF.',
  },
  origin_not_allowed: { status: 403, detail: 'This can only be sent from our own page.' },
  other_user: {
    status: 403,
    detail: 'A user token speaks for its own user only; leave userId out, or name that user.',
  },
  not_found: { status: 404, detail: 'There is no such {thing}.', parts: { thing: 'connection' } },
  'not_found.path': { status: 404, detail: '{message}', parts: { message: 'Cannot GET /v1/nowhere' } },
  method_not_allowed: {
    status: 405,
    detail: '{method} is not for this address.',
    parts: { method: 'TRACE' },
  },
  request_timeout: {
    status: 408,
    detail: 'The body came too slowly: after {freeS} s it has to have come at {kibPerS} KiB/s on average.',
    parts: { freeS: 20, kibPerS: 16 },
  },
  'request_timeout.headers': {
    status: 408,
    detail: 'The headers did not come within {seconds} s.',
    parts: { seconds: 20 },
  },
  payload_too_large: { status: 413, detail: '{message}', parts: { message: 'Request body is too large' } },
  'payload_too_large.body': {
    status: 413,
    detail: 'The body may have 1 MiB at most; only actions that take a file take up to 32 MiB.',
  },
  uri_too_long: { status: 414, detail: '{message}', parts: { message: 'A part of the path is too long.' } },
  unsupported_media_type: { status: 415, detail: '{message}', parts: { message: 'Unsupported Media Type' } },
  'unsupported_media_type.encoding': {
    status: 415,
    detail: 'Send the body as it is, without Content-Encoding.',
  },
  rate_limited: {
    status: 429,
    detail: 'This {caller} sends more than {limit} requests a second.',
    retryable: true,
    parts: { caller: 'agent', limit: 100 },
    members: { reason: 'caller', retryAfterMs: 500 },
  },
  'rate_limited.streams': {
    status: 429,
    detail: 'This {caller} has {limit} streams open; close one before you open another.',
    retryable: true,
    parts: { caller: 'agent', limit: 10 },
    members: { reason: 'caller', retryAfterMs: 5000 },
  },
  headers_too_large: { status: 431, detail: 'The headers are longer than 16 KiB.' },
  internal_error: {
    status: 500,
    detail: 'Something went wrong on our side. Quote {requestId} when you report it.',
    parts: { requestId: 'req_01jd9z' },
  },
  audit_unavailable: {
    status: 503,
    detail: 'The audit log cannot be written, so nothing was done. Try again later.',
  },
  unavailable: {
    status: 503,
    detail: 'The database did not answer in time. Try again in a moment.',
    retryable: true,
  },
  'unavailable.large_requests': {
    status: 503,
    detail: 'Too many large requests are under way; try again in a second.',
    retryable: true,
  },
  not_ready: { status: 503, detail: '{reason}', parts: { reason: 'the database does not answer' } },
} as const satisfies ProblemEntries;
