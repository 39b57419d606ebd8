import type { ProblemEntries } from './entry.js';

const CALENDAR = 'https://www.googleapis.com/auth/calendar.events';
const LINK = {
  authorizationId: 'aut_01jd9z',
  authorizationUri: 'https://valetkey.example/connect/aut_01jd9z',
  authorizationExpiresAt: '2026-11-22T09:40:00.000Z',
};
const CONNECTION = { connectionId: 'con_01jd9z' };
const POLICIES = { policies: ['No mail for agents'] };
const FAILURE = {
  provider: 'github',
  retryable: false,
  reason: undefined,
  providerStatus: undefined,
  retryAfterMs: undefined,
  missingScopes: undefined,
  fixUrl: undefined,
};

/** Problems of acting for a user: rights, missing consent, tasks, and failures of the provider. */
export const ACTING = {
  agent_disabled: { status: 403, detail: 'The agent that asked for this is disabled.' },
  agent_key_revoked: { status: 403, detail: 'The agent key with which this was asked for is revoked.' },
  user_tokens_denied: {
    status: 403,
    detail: 'This agent may not mint user tokens. An operator can allow it with userTokens.',
  },
  'wrong_credential_kind.action': {
    status: 403,
    detail: 'Operators run no actions; use an agent key or a user token.',
  },
  'other_user.policy': {
    status: 403,
    detail: 'A user token may act for its own user only.',
    members: POLICIES,
  },
  policy_denied: {
    status: 403,
    detail: 'Refused by policy: {names}.',
    parts: { names: 'No mail for agents' },
    members: POLICIES,
  },
  'policy_denied.failed': {
    status: 403,
    detail: 'A policy cannot judge this request: {names}. An operator has to correct it.',
    parts: { names: 'No mail for agents' },
    members: POLICIES,
  },
  approval_required: {
    status: 403,
    detail: '{action} cannot be undone, so a person has to approve it.',
    parts: { action: 'google-calendar.events.delete' },
    members: { policies: [] },
  },
  'approval_required.policy': {
    status: 403,
    detail: "{action} needs a person's approval by policy: {names}.",
    parts: { action: 'google-calendar.events.delete', names: 'No mail for agents' },
    members: POLICIES,
  },
  authorization_required: {
    status: 403,
    detail: "The user's {connector} connection {state}. Send them to authorizationUri.",
    parts: { connector: 'Google', state: 'is not there yet' },
    members: { missingScopes: [CALENDAR], reason: undefined, connectionId: undefined, ...LINK },
  },
  insufficient_scope: {
    status: 403,
    detail: '{action} needs more than the user has granted. Send them to authorizationUri.',
    parts: { action: 'google-calendar.events.create' },
    members: { missingScopes: [CALENDAR], ...CONNECTION, ...LINK },
  },
  reauthorization_required: {
    status: 403,
    detail: 'This connection no longer works; the user has to connect the account again.',
    members: { reason: 'revoked' },
  },
  'reauthorization_required.refused': {
    status: 403,
    detail: 'The provider no longer accepts this authorization.',
  },
  'reauthorization_required.link': {
    status: 403,
    detail: '{why} Send them to authorizationUri.',
    parts: { why: 'This connection no longer works; the user has to connect the account again.' },
    members: { reason: 'revoked', ...CONNECTION, ...LINK },
  },
  ambiguous_connection: {
    status: 409,
    detail: 'This user has several connections that fit; name one as connectionId.',
    members: {
      connections: [
        { id: 'con_01jd9z', target: 'google', alias: 'work', account: { id: '1', email: 'ada@example.com' } },
        { id: 'con_01jda0', target: 'google', alias: 'home', account: { id: '2', email: 'ada@example.org' } },
      ],
    },
  },
  unknown_action: {
    status: 404,
    detail: 'There is no action "{action}"; GET /v1/actions lists them.',
    parts: { action: 'github.issues.lst' },
  },
  unknown_provider: { status: 404, detail: 'There is no such provider; GET /v1/providers lists them.' },
  invalid_path: {
    status: 400,
    detail:
      'The path must be a plain one below the provider: no empty or dotted segments, backslashes or fragments.',
  },
  'invalid_path.base': { status: 400, detail: 'The provider has no such base; leave Valetkey-Base out.' },
  'invalid_path.query': {
    status: 400,
    detail:
      'The query must not name a credential, a header or a method (access_token, $httpHeaders, $httpMethod, …): Valetkey brings the credential, and policy goes by the method.',
  },
  user_required: { status: 400, detail: 'Say whose token to use in the header Valetkey-User.' },
  'method_not_allowed.forwarded': {
    status: 405,
    detail: '{method} cannot be forwarded.',
    parts: { method: 'TRACE' },
  },
  'method_not_allowed.link': {
    status: 405,
    detail: 'This address takes {methods}.',
    parts: { methods: 'PUT' },
  },
  'payload_too_large.forwarded': {
    status: 413,
    detail: 'A forwarded body may have {bytes} bytes at most.',
    parts: { bytes: 268_435_456 },
  },
  response_too_large: {
    status: 502,
    detail:
      "The provider's answer has {length} bytes; {most} are passed through at most. Ask for a part with Range.",
    parts: { length: 300_000_000, most: 268_435_456 },
  },
  unexpected_response: {
    status: 502,
    detail: 'The provider answered {how}.',
    parts: { how: 'with what is no HTTP' },
  },
  'unexpected_response.download': {
    status: 502,
    detail: "The provider's download host answered with the status {status}.",
    parts: { status: 500 },
  },
  'unavailable.not_sent': {
    status: 503,
    detail: 'The provider could not be reached; nothing was sent.',
    retryable: true,
    members: { reason: 'ECONNREFUSED' },
  },
  'unavailable.no_answer': {
    status: 503,
    detail: 'The provider did not answer. Whether it acted is not known.',
    retryable: true,
    members: { reason: 'ECONNRESET' },
  },
  'unavailable.broken_off': { status: 503, detail: 'The provider broke its answer off.', retryable: true },
  'reauthorization_required.provider': {
    status: 403,
    detail: '{message}',
    parts: { message: 'GitHub no longer accepts the token.' },
    members: FAILURE,
  },
  'insufficient_scope.provider': {
    status: 403,
    detail: '{message}',
    parts: { message: 'GitHub asks for a scope that the token does not have.' },
    members: FAILURE,
  },
  'insufficient_scope.app': {
    status: 403,
    detail:
      '{action} needs {missing}, a permission that the app itself lacks at the provider. Its owner has to add it at fixUrl, and whoever installed the app has to accept it; connecting again does not help.',
    parts: { action: 'github.issues.create', missing: 'issues:write' },
    members: FAILURE,
  },
  'rate_limited.provider': {
    status: 429,
    detail: '{message}',
    parts: { message: 'GitHub asks to slow down.' },
    members: { ...FAILURE, retryable: true, retryAfterMs: 30_000 },
  },
  'not_found.provider': {
    status: 404,
    detail: '{message}',
    parts: { message: 'GitHub does not have it, or hides it.' },
    members: FAILURE,
  },
  'conflict.provider': {
    status: 409,
    detail: '{message}',
    parts: { message: 'GitHub refused: what is there has changed.' },
    members: FAILURE,
  },
  'invalid_request.provider': {
    status: 422,
    detail: '{message}',
    parts: { message: 'GitHub did not accept the request.' },
    members: FAILURE,
  },
  'unavailable.provider': {
    status: 503,
    detail: '{message}',
    parts: { message: 'GitHub does not answer.' },
    members: { ...FAILURE, retryable: true },
  },
  'unexpected_response.provider': {
    status: 502,
    detail: '{message}',
    parts: { message: 'GitHub sent an answer that could not be read.' },
    members: { ...FAILURE, retryable: true },
  },
  request_in_progress: {
    status: 409,
    detail: 'A request with this Idempotency-Key is being served right now.',
  },
  idempotency_key_reused: {
    status: 422,
    detail: 'This Idempotency-Key was used for another request; use a new key.',
  },
  too_many_open_tasks: {
    status: 429,
    detail:
      'This {caller} has {most} tasks that have not ended; more have to wait until some have, or are canceled.',
    retryable: true,
    parts: { caller: 'agent', most: 2000 },
    members: { retryAfterMs: 60_000 },
  },
  task_not_cancelable: { status: 409, detail: 'This task is running or has ended.' },
  task_not_retryable: {
    status: 409,
    detail:
      'Only a task that failed, was canceled, waits for the user or has an unknown outcome can be retried.',
  },
} as const satisfies ProblemEntries;
