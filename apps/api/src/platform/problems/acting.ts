import { withStatus } from './entry.js';

const CALENDAR = 'https://www.googleapis.com/auth/calendar.events';
const LINK = {
  authorizationId: 'aut_01jd9z',
  authorizationUri: 'https://valetkey.example/connect/aut_01jd9z',
  authorizationExpiresAt: '2026-11-22T09:40:00.000Z',
};
const CONNECTION = { connectionId: 'con_01jd9z' };
const POLICIES = { policies: ['No mail for agents'] };
const APPROVAL = { approvalId: 'apr_01jd9z' };
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
  ...withStatus(400, {
    invalid_path:
      'The path must be a plain one below the provider: no empty or dotted segments, backslashes or fragments.',
    'invalid_input.approval_limits':
      'approval.pins.atMost: must name numbers of the input that are within these limits.',
    'invalid_input.standing_limits':
      'standing.pins.atMost: must name numbers of the arguments that are within these limits.',
    'invalid_input.standing_path':
      'standing.pins: path must fit the request that is decided on, and only path can let its address differ. An action has no path.',
    'invalid_input.two_approvers':
      'Two people have to agree to this, to the same: approve it as it stands, or decline it.',
    'invalid_path.base': 'The provider has no such base; leave Valetkey-Base out.',
    'invalid_path.query':
      'The query must not name a credential, a header or a method (access_token, $httpHeaders, $httpMethod, …): Valetkey brings the credential, and policy goes by the method.',
    request_state_invalid:
      'The requestState is not of this call, has expired or was used. Call the tool without it.',
    user_required: 'Say whose token to use in the header Valetkey-User.',
  }),
  ...withStatus(403, {
    approval_denied: {
      detail:
        'A person declined this call. It is not asked for again before the declined request would have expired.',
      members: APPROVAL,
    },
    'approval_denied.reason': {
      detail: 'A person declined this call: {reason}',
      parts: { reason: 'Not before the release.' },
      members: APPROVAL,
    },
    approval_expired: {
      detail: 'No person decided in time, so nothing was sent. Ask again if it is still wanted.',
      members: APPROVAL,
    },
    approval_void: {
      detail: 'Nothing was sent under the approval: {why}.',
      parts: { why: 'the arguments are not those that were approved' },
      members: { ...APPROVAL, reason: 'arguments_changed' },
    },
    provider_page_required: {
      detail:
        'Nothing was done yet: {provider} wants the user to finish something at {host} first. Send them to fixUrl, then call again.',
      parts: { host: 'pay.acme.example' },
      members: { provider: 'acme', fixUrl: 'https://pay.acme.example/setup' },
    },
    approver_is_requester:
      'This request is your own, so another person has to decide on it. A user token counts as the agent that minted it.',
    approver_not_allowed: {
      detail: 'By policy, {approvers} has to decide on this.',
      parts: { approvers: 'an operator' },
    },
    'approver_not_allowed.key':
      'Two people have to agree to this, and an operator key is no person: sign in to decide.',
    'approver_not_allowed.two':
      'By policy, two people have to agree to the call as it was changed. Decline it, so that it is asked for anew.',
    agent_disabled: 'The agent that asked for this is disabled.',
    agent_key_revoked: 'The agent key with which this was asked for is revoked.',
    not_your_schedule:
      'What a schedule does is changed only by the agent or user that made it. Others can pause, resume and delete it.',
    session_agent_denied:
      'This agent makes sessions for itself only: it may not mint user tokens, so it may not lend the rights of another agent.',
    tool_not_in_session: {
      detail: 'This session does not include {tool}.',
      parts: { tool: 'gmail__messages__send' },
    },
    user_tokens_denied: 'This agent may not mint user tokens. An operator can allow it with userTokens.',
    'wrong_credential_kind.action': 'Operators run no actions; use an agent key or a user token.',
    'other_user.policy': { detail: 'A user token may act for its own user only.', members: POLICIES },
    policy_denied: {
      detail: 'Refused by policy: {names}.',
      parts: { names: 'No mail for agents' },
      members: POLICIES,
    },
    'policy_denied.failed': {
      detail: 'A policy cannot judge this request: {names}. An operator has to correct it.',
      parts: { names: 'No mail for agents' },
      members: POLICIES,
    },
    approval_required: {
      detail: '{action} cannot be undone, so a person has to approve it.',
      parts: { action: 'google-calendar.events.delete' },
      members: { policies: [] },
    },
    'approval_required.policy': {
      detail: "{action} needs a person's approval by policy: {names}.",
      parts: { action: 'google-calendar.events.delete', names: 'No mail for agents' },
      members: POLICIES,
    },
    authorization_required: {
      detail: "The user's {connector} connection {state}. Send them to authorizationUri.",
      parts: { connector: 'Google', state: 'is not there yet' },
      members: { missingScopes: [CALENDAR], reason: undefined, connectionId: undefined, ...LINK },
    },
    insufficient_scope: {
      detail: '{action} needs more than the user has granted. Send them to authorizationUri.',
      parts: { action: 'google-calendar.events.create' },
      members: { missingScopes: [CALENDAR], ...CONNECTION, ...LINK },
    },
    reauthorization_required: {
      detail: 'This connection no longer works; the user has to connect the account again.',
      members: { reason: 'revoked' },
    },
    'reauthorization_required.refused': 'The provider no longer accepts this authorization.',
    'reauthorization_required.link': {
      detail: '{why} Send them to authorizationUri.',
      parts: { why: 'This connection no longer works; the user has to connect the account again.' },
      members: { reason: 'revoked', ...CONNECTION, ...LINK },
    },
    'reauthorization_required.provider': {
      detail: '{message}',
      parts: { message: 'GitHub no longer accepts the token.' },
      members: FAILURE,
    },
    'insufficient_scope.provider': {
      detail: '{message}',
      parts: { message: 'GitHub asks for a scope that the token does not have.' },
      members: FAILURE,
    },
    'insufficient_scope.app': {
      detail:
        '{action} needs {missing}, a permission that the app itself lacks at the provider. Its owner has to add it at fixUrl, and whoever installed the app has to accept it; connecting again does not help.',
      parts: { action: 'github.issues.create', missing: 'issues:write' },
      members: FAILURE,
    },
  }),
  ...withStatus(404, {
    unknown_action: {
      detail: 'There is no action "{action}"; GET /v1/actions lists them.',
      parts: { action: 'github.issues.lst' },
    },
    unknown_provider: 'There is no such provider; GET /v1/providers lists them.',
    'not_found.provider': {
      detail: '{message}',
      parts: { message: 'GitHub does not have it, or hides it.' },
      members: FAILURE,
    },
  }),
  ...withStatus(405, {
    'method_not_allowed.forwarded': { detail: '{method} cannot be forwarded.', parts: { method: 'TRACE' } },
    'method_not_allowed.link': { detail: 'This address takes {methods}.', parts: { methods: 'PUT' } },
  }),
  ...withStatus(409, {
    session_ended: 'The session has ended; make another.',
    ambiguous_connection: {
      detail: 'This user has several connections that fit; name one as connectionId.',
      members: {
        connections: [
          {
            id: 'con_01jd9z',
            target: 'google',
            alias: 'work',
            account: { id: '1', email: 'ada@example.com' },
          },
          {
            id: 'con_01jda0',
            target: 'google',
            alias: 'home',
            account: { id: '2', email: 'ada@example.org' },
          },
        ],
      },
    },
    tool_held: {
      detail:
        'Nothing was sent: {provider} has another definition of {action} by now than the one that was agreed to. An owner has to look at the change under Imports, and take it over.',
      members: { action: 'acme.notes_list', provider: 'acme' },
    },
    'conflict.provider': {
      detail: '{message}',
      parts: { message: 'GitHub refused: what is there has changed.' },
      members: FAILURE,
    },
    approval_not_pending: {
      detail: 'This approval waits for no decision any more: it is {state}.',
      parts: { state: 'approved' },
      members: { approvalStatus: 'approved' },
    },
    too_many_schedules: {
      detail: 'This {caller} has {most} schedules already; delete one first.',
      parts: { caller: 'agent', most: 200 },
    },
    task_not_cancelable: 'This task is running or has ended.',
    task_not_retryable:
      'Only a task that failed, was canceled, waits for the user or has an unknown outcome can be retried.',
    task_outcome_known: {
      detail: 'The outcome of this task is not in doubt: it is {status}.',
      parts: { status: 'succeeded' },
    },
    task_outcome_decided: {
      detail: 'Somebody has decided on this task already: {decision}.',
      parts: { decision: 'happened' },
    },
    'task_outcome_decided.earlier_end':
      'The decision is about an earlier end of this task; look at it again.',
    'task_not_retryable.deadline': 'The deadline of this task has passed; queue a new one.',
  }),
  ...withStatus(413, {
    'payload_too_large.held': {
      detail:
        'This request needs the approval of a person, and the body of one that waits may have {bytes} bytes at most.',
      parts: { bytes: 131_072 },
    },
    'payload_too_large.forwarded': {
      detail: 'A forwarded body may have {bytes} bytes at most.',
      parts: { bytes: 268_435_456 },
    },
  }),
  ...withStatus(422, {
    session_widened: {
      detail: 'A session can be narrowed and not widened. {fault}.',
      parts: { fault: 'tools.allow: gmail was not allowed' },
    },
    approval_widened: {
      detail: 'A decision can narrow what was asked for and never widen it: {member}.',
      parts: { member: 'uses' },
    },
    'invalid_request.provider': {
      detail: '{message}',
      parts: { message: 'GitHub did not accept the request.' },
      members: FAILURE,
    },
    idempotency_key_reused: 'This Idempotency-Key was used for another request; use a new key.',
  }),
  ...withStatus(429, {
    'rate_limited.provider': {
      detail: '{message}',
      parts: { message: 'GitHub asks to slow down.' },
      members: { ...FAILURE, retryable: true, retryAfterMs: 30_000 },
    },
    too_many_open_tasks: {
      detail:
        'This {caller} has {most} tasks that have not ended; more have to wait until some have, or are canceled.',
      retryable: true,
      parts: { caller: 'agent', most: 2000 },
      members: { retryAfterMs: 60_000 },
    },
  }),
  ...withStatus(502, {
    response_too_large: {
      detail:
        "The provider's answer has {length} bytes; {most} are passed through at most. Ask for a part with Range.",
      parts: { length: 300_000_000, most: 268_435_456 },
    },
    unexpected_response: { detail: 'The provider answered {how}.', parts: { how: 'with what is no HTTP' } },
    'unexpected_response.download': {
      detail: "The provider's download host answered with the status {status}.",
      parts: { status: 500 },
    },
    'unexpected_response.provider': {
      detail: '{message}',
      parts: { message: 'GitHub sent an answer that could not be read.' },
      members: { ...FAILURE, retryable: true },
    },
  }),
  ...withStatus(503, {
    'unavailable.not_sent': {
      detail: 'The provider could not be reached; nothing was sent.',
      retryable: true,
      members: { reason: 'ECONNREFUSED' },
    },
    'unavailable.no_answer': {
      detail: 'The provider did not answer. Whether it acted is not known.',
      retryable: true,
      members: { reason: 'ECONNRESET' },
    },
    'unavailable.broken_off': { detail: 'The provider broke its answer off.', retryable: true },
    'unavailable.provider': {
      detail: '{message}',
      parts: { message: 'GitHub does not answer.' },
      members: { ...FAILURE, retryable: true },
    },
  }),
};
