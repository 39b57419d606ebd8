import type { ProblemExtensions } from '../platform/index.js';

/** The detail and the extension members of a problem of this code. */
export interface ProblemExample {
  readonly detail: string;
  readonly extensions?: ProblemExtensions;
}

const say = (detail: string, extensions: ProblemExtensions = {}): ProblemExample => ({ detail, extensions });

const CALENDAR = 'https://www.googleapis.com/auth/calendar.events';
const LINK = {
  authorizationId: 'aut_01jd9z',
  authorizationUri: 'https://valetkey.example/connect/aut_01jd9z',
  authorizationExpiresAt: '2026-11-22T09:40:00.000Z',
};
const RETRY = { retryable: true, retryAfterMs: 5000 };
const POLICIES = { policies: ['No mail for agents'] };
const CONNECTION = { connectionId: 'con_01jd9z' };

/** Mistakes of callers that any route may answer. */
const GENERAL: Readonly<Record<string, ProblemExample>> = {
  invalid_input: say('userId: must not be empty', {
    errors: [{ path: 'userId', message: 'must not be empty' }],
  }),
  authentication_required: say('Send a credential as "Authorization: Bearer ...".'),
  invalid_credential: say('The credential in Authorization is not valid, expired or revoked.'),
  wrong_credential_kind: say(
    'This route needs an operator session or operator key; you sent an agent key (vk_agent_...).',
    { neededCredentials: ['operator'] },
  ),
  read_only_role: say('An operator of role auditor may read only; ask an owner or admin.'),
  csrf_token_invalid: say('Send the csrfToken of your session in the header Valetkey-CSRF.'),
  other_user: say('A user token speaks for its own user only; leave userId out, or name that user.'),
  not_found: say('There is no such connection.'),
  method_not_allowed: say('TRACE cannot be forwarded.'),
  request_timeout: say('The body came too slowly: after 20 s it has to have come at 16 KiB/s on average.'),
  payload_too_large: say('Request body is too large'),
  unsupported_media_type: say('Unsupported Media Type'),
  headers_too_large: say('The headers are longer than 16 KiB.'),
  internal_error: say('Something went wrong on our side. Quote req_01jd9z when you report it.'),
  audit_unavailable: say('The audit log cannot be written, so nothing was done. Try again later.'),
  unavailable: say('The database did not answer in time. Try again in a moment.', { retryable: true }),
  not_ready: say('the database does not answer'),
};

const OPERATING: Readonly<Record<string, ProblemExample>> = {
  invalid_credentials: say('The e-mail or the password is wrong.'),
  too_many_attempts: say('Too many failed sign-ins. Try again in 5 minutes.', { retryAfterMs: 300_000 }),
  owner_required: say('Only an operator of role owner may do this.'),
  local_key: say(
    'The key that seals is in VALETKEY_ENCRYPTION_KEYS: put a new one in front of it, restart every process, then start a re-wrap.',
  ),
  key_service_unavailable: say('AWS KMS does not answer. Nothing was changed.'),
  rewrap_running: say('A re-wrap is running; wait for its end.', { rewrapId: 'rwp_01jd9z' }),
  nothing_to_trim: say('No event was recorded in a month that ended by 2026-01-01.'),
  trim_running: say('A trim of the log is not finished; wait for its end.'),
  audit_not_anchored: say(
    'The anchor s3://anchor/valetkey does not have the checkpoints of these events yet; try again when it has.',
    { anchor: 's3://anchor/valetkey', throughSeq: 4711 },
  ),
  audit_not_forwarded: say('The sink "siem" does not have these events yet; try again when it has.', {
    sink: 'siem',
    throughSeq: 4711,
  }),
  invalid_policy: say('text: unexpected end of input at character 42'),
  name_taken: say('Another policy has this name; choose a different one.'),
  target_taken: say(
    'target: there is a connector "google" from the connectors file already; choose another target.',
    { errors: [{ path: 'target', message: 'is taken by a connector from the connectors file' }] },
  ),
  connector_read_only: say('The connectors file says what this connector is; change it there and restart.'),
  connector_in_use: say(
    '3 connections hold tokens of the client as it is. Send "confirm": true to change it all the same.',
    { storedConnectionCount: 3, members: ['clientId'] },
  ),
  connector_not_configured: say(
    'The connectors file no longer names "google"; put it back there and restart.',
  ),
  revocation_not_retryable: say('This revocation has ended: the provider confirmed it, or offers no way.'),
};

const CONNECTING: Readonly<Record<string, ProblemExample>> = {
  invalid_connector: say('There is no connector with this id or target.'),
  connector_disabled: say(
    'Connector "google" is disabled. It serves nobody until an operator enables it again.',
    { target: 'google' },
  ),
  connector_missing: say('No connector for Google Calendar is configured; an operator has to add one.'),
  connector_misconfigured: say(
    'The provider does not accept the client id or secret of connector "google"; an operator must correct them.',
  ),
  token_storage_disabled: say(
    'Connector "google" stores no tokens: an authorization proves whose account it is, and nothing more. An operator can switch storing on.',
    { target: 'google' },
  ),
  redirect_uri_not_allowed: say(
    'This redirectUri is not in VALETKEY_REDIRECT_URIS; it must be there letter for letter.',
  ),
  invalid_scope: say('scope: must be scope names separated by spaces.'),
  alias_taken: say('Another connection of this user at this connector has this alias; choose another.'),
  connection_mismatch: say('Connection con_01jd9z is at "github", which this call cannot use.'),
  provider_unavailable: say(
    'The provider cannot refresh this token right now; the connection itself is fine. Try again.',
    RETRY,
  ),
  authorization_failed: say('The provider refused the code: it is wrong, used or too old. Start again.'),
  authorization_denied: say('The user declined; start again when they want to.'),
  scope_refused: say('The provider does not give one of the scopes that were asked for. Ask for others.'),
  interaction_required: say(
    'The provider has to show the user a page, which the prompts of connector "google" forbid; an operator must change them.',
  ),
  issuer_mismatch: say('The answer came from another authorization server than the one that was asked.'),
  account_mismatch: say(
    'This is for the account ada@example.com, and another one came back: alan@example.com. Nothing was changed.',
    CONNECTION,
  ),
  verification_not_found: say('There is no such verification record.'),
  verification_user_mismatch: say('This verification record belongs to another user.'),
  verification_in_progress: say(
    'This verification record is being verified. If that was broken off, it can be verified again within half a minute.',
    { retryable: true, retryAfterMs: 15_000 },
  ),
  verification_already_used: say('This verification record has been used. Start a new one.'),
  verification_expired: say('This verification record is older than ten minutes. Start again.'),
  verification_not_verified: say('Verify the record before its tokens are stored.'),
  verification_connector_mismatch: say('This verification record is for "google".'),
  state_mismatch: say('connectorData.state is not the state that this verification was started with.'),
  redirect_uri_mismatch: say(
    'connectorData.redirectUri is not the one that this verification was started with.',
  ),
  connection_gone: say('The connection that this was for is gone. Ask for a new link.'),
  newer_token_set_stored: say(
    'The token set that is stored for this account is newer, or works; to replace it, say with obtainedAt that this one is newer.',
    CONNECTION,
  ),
};

const ACTING: Readonly<Record<string, ProblemExample>> = {
  token_not_found: say('No token is stored for this connection.', { reason: 'disconnected' }),
  not_refreshable: say('This token works and has no refresh token; there is nothing to refresh.'),
  raw_tokens_denied: say(
    'This agent may not read tokens. Run an action instead, or ask an operator to allow raw tokens.',
  ),
  user_tokens_denied: say('This agent may not mint user tokens. An operator can allow it with userTokens.'),
  reauthorization_required: say(
    'This connection no longer works; the user has to connect the account again. Send them to authorizationUri.',
    { reason: 'revoked', ...CONNECTION, ...LINK },
  ),
  authorization_required: say(
    "The user's Google connection is not there yet. Send them to authorizationUri.",
    { missingScopes: [CALENDAR], ...LINK },
  ),
  insufficient_scope: say(
    'google-calendar.events.create needs more than the user has granted. Send them to authorizationUri.',
    { missingScopes: [CALENDAR], ...CONNECTION, ...LINK },
  ),
  ambiguous_connection: say('This user has several connections that fit; name one as connectionId.', {
    connections: [
      { id: 'con_01jd9z', target: 'google', alias: 'work', account: { id: '1', email: 'ada@example.com' } },
      { id: 'con_01jda0', target: 'google', alias: 'home', account: { id: '2', email: 'ada@example.org' } },
    ],
  }),
  approval_required: say('google-calendar.events.delete cannot be undone, so a person has to approve it.', {
    policies: [],
  }),
  policy_denied: say('Refused by policy: No mail for agents.', POLICIES),
  unknown_action: say('There is no action "github.issues.lst"; GET /v1/actions lists them.'),
  unknown_provider: say('There is no such provider; GET /v1/providers lists them.'),
  invalid_path: say(
    'The path must be a plain one below the provider: no empty or dotted segments, backslashes or fragments.',
  ),
  user_required: say('Say whose token to use in the header Valetkey-User.'),
  origin_not_allowed: say('This can only be sent from our own page.'),
  conflict: say('GitHub refused: what is there has changed.', { provider: 'github', retryable: false }),
  invalid_request: say('GitHub did not accept the request.', { provider: 'github', retryable: false }),
  rate_limited: say('GitHub asks to slow down.', {
    provider: 'github',
    retryable: true,
    retryAfterMs: 30_000,
  }),
  unexpected_response: say('GitHub sent an answer that could not be read.', {
    provider: 'github',
    retryable: true,
  }),
  response_too_large: say(
    "The provider's answer has 300000000 bytes; 268435456 are passed through at most. Ask for a part with Range.",
  ),
  request_in_progress: say('A request with this Idempotency-Key is being served right now.'),
  idempotency_key_reused: say('This Idempotency-Key was used for another request; use a new key.'),
  too_many_open_tasks: say(
    'This agent has 2000 tasks that have not ended; more have to wait until some have, or are canceled.',
    { retryable: true, retryAfterMs: 60_000 },
  ),
  task_not_cancelable: say('This task is running or has ended.'),
  task_not_retryable: say(
    'Only a task that failed, was canceled, waits for the user or has an unknown outcome can be retried.',
  ),
};

/** One made-up problem of every code, for the API description. */
export const PROBLEM_EXAMPLES: Readonly<Record<string, ProblemExample>> = {
  ...GENERAL,
  ...OPERATING,
  ...CONNECTING,
  ...ACTING,
};
