import { withStatus } from './entry.js';

/** Problems that any route may answer. */
export const GENERAL = {
  ...withStatus(400, {
    invalid_input: {
      detail: '{fault}',
      parts: { fault: 'userId: must not be empty' },
      members: { errors: [{ path: 'userId', message: 'must not be empty' }] },
    },
    invalid_request: 'This is no request of HTTP/1.1.',
    'invalid_request.broken_off': 'The body was broken off.',
    'invalid_request.framework': { detail: '{message}', parts: { message: 'The request cannot be served.' } },
  }),
  ...withStatus(401, {
    authentication_required: 'Send a credential as "Authorization: Bearer ...".',
    invalid_credential: 'The credential in Authorization is not valid, expired or revoked.',
  }),
  ...withStatus(403, {
    wrong_credential_kind: {
      detail: 'This route needs {needed}; you sent {sent}.',
      parts: { needed: 'an operator session or operator key', sent: 'an agent key (vk_agent_...)' },
      members: { neededCredentials: ['operator'] },
    },
    read_only_role: 'An operator of role auditor may read only; ask an owner or admin.',
    owner_required: 'Only an operator of role owner may do this.',
    key_not_allowed:
      'Operator keys that were made may not change operators or their keys; sign in as an owner, or use the key of the settings.',
    csrf_token_invalid: 'Send the csrfToken of your session in the header Valetkey-CSRF.',
    origin_not_allowed: 'This can only be sent from our own page.',
    'origin_not_allowed.mcp':
      'Pages of this origin may not use the MCP endpoint; it has to be one of a redirect URI.',
    other_user: 'A user token speaks for its own user only; leave userId out, or name that user.',
  }),
  ...withStatus(404, {
    not_found: { detail: 'There is no such {thing}.', parts: { thing: 'connection' } },
    'not_found.path': { detail: '{message}', parts: { message: 'Cannot GET /v1/nowhere' } },
  }),
  ...withStatus(405, {
    method_not_allowed: { detail: '{method} is not for this address.', parts: { method: 'TRACE' } },
  }),
  ...withStatus(408, {
    request_timeout: {
      detail: 'The body came too slowly: after {freeS} s it has to have come at {kibPerS} KiB/s on average.',
      parts: { freeS: 20, kibPerS: 16 },
    },
    'request_timeout.headers': {
      detail: 'The headers did not come within {seconds} s.',
      parts: { seconds: 20 },
    },
  }),
  ...withStatus(413, {
    payload_too_large: { detail: '{message}', parts: { message: 'Request body is too large' } },
    'payload_too_large.body':
      'The body may have 1 MiB at most; only actions that take a file take up to 32 MiB.',
  }),
  ...withStatus(414, {
    uri_too_long: { detail: '{message}', parts: { message: 'A part of the path is too long.' } },
  }),
  ...withStatus(415, {
    unsupported_media_type: { detail: '{message}', parts: { message: 'Unsupported Media Type' } },
    'unsupported_media_type.encoding': 'Send the body as it is, without Content-Encoding.',
  }),
  ...withStatus(429, {
    rate_limited: {
      detail: 'This {caller} sends more than {limit} requests a second.',
      retryable: true,
      parts: { caller: 'agent', limit: 100 },
      members: { reason: 'caller', retryAfterMs: 500 },
    },
    'rate_limited.streams': {
      detail: 'This {caller} has {limit} streams open; close one before you open another.',
      retryable: true,
      parts: { caller: 'agent', limit: 10 },
      members: { reason: 'caller', retryAfterMs: 5000 },
    },
  }),
  ...withStatus(431, {
    headers_too_large: 'The headers are longer than 16 KiB.',
  }),
  ...withStatus(500, {
    internal_error: {
      detail: 'Something went wrong on our side. Quote {requestId} when you report it.',
      parts: { requestId: 'req_01jd9z' },
    },
  }),
  ...withStatus(503, {
    audit_unavailable: 'The audit log cannot be written, so nothing was done. Try again later.',
    audit_unsigned: {
      detail: 'The audit log cannot be signed now, so there is no proof. Try again later.',
      retryable: true,
    },
    event_pending: {
      detail: 'The event is recorded and waits for its place in the tree. Try again in a moment.',
      retryable: true,
    },
    unavailable: { detail: 'The database did not answer in time. Try again in a moment.', retryable: true },
    'unavailable.large_requests': {
      detail: 'Too many large requests are under way; try again in a second.',
      retryable: true,
    },
    not_ready: { detail: '{reason}', parts: { reason: 'the database does not answer' } },
  }),
  ...withStatus(501, {
    not_supported: {
      detail: 'Valetkey has no such thing: {what} See docs/migrating.md.',
      parts: { what: 'syncs and their records. Read from the API over /proxy instead.' },
      members: { docs: 'docs/migrating.md#from-nango' },
    },
  }),
};
