/**
 * The types of events: resource → what happened to it, in the past tense. One table: an event outside it does not
 * compile.
 */
export const AUDIT_VOCABULARY = {
  access: ['denied'],
  access_token: ['read'],
  action: ['run'],
  agent: ['created', 'updated'],
  agent_key: ['created', 'revoked'],
  approval: ['agreed', 'decided', 'expired', 'requested', 'used'],
  audit_erasure: ['finished', 'started'],
  audit_event: ['erased', 'exported'],
  audit_log: ['continued', 'trimmed'],
  authorization: ['completed', 'denied', 'failed', 'started'],
  connection: [
    'checked',
    'created',
    'disconnected',
    'expired',
    'imported',
    'reauthorized',
    'revoked',
    'updated',
  ],
  connector: ['configured', 'deleted', 'tested'],
  operator: [
    'created',
    'deleted',
    'factor_added',
    'factor_removed',
    'factor_renamed',
    'invited',
    'link_allowed',
    'linked',
    'password_changed',
    'password_reset',
    'reauthenticated',
    'recovery_codes_created',
    'session_ended',
    'sign_in_failed',
    'signed_in',
    'signed_out',
    'updated',
  ],
  operator_key: ['created', 'revoked'],
  policy: ['created', 'deleted', 'updated'],
  provider: ['imported', 'removed', 'tools_held', 'tools_listed'],
  request: ['forwarded'],
  result: ['read'],
  schedule: ['created', 'deleted', 'paused', 'run_missed', 'run_refused', 'updated'],
  session: ['created', 'ended', 'narrowed'],
  standing_approval: ['created', 'ended', 'used'],
  task: ['canceled', 'finished', 'outcome_decided', 'queued', 'retried', 'waiting_for_authorization'],
  token_set: ['refresh_failed', 'refreshed'],
  user: ['deleted'],
  user_token: ['created'],
  vault: ['rewrap_finished', 'rewrap_started'],
  vault_key: ['added', 'retired'],
  webhook: ['created', 'deleted', 'disabled', 'failed', 'replayed', 'secret_rotated', 'tested', 'updated'],
} as const;

type Vocabulary = typeof AUDIT_VOCABULARY;

/** `resource.past_tense`. */
export type AuditType = {
  [Resource in keyof Vocabulary]: `${Resource}.${Vocabulary[Resource][number]}`;
}[keyof Vocabulary];

/** Every type of event. */
export const AUDIT_TYPES = Object.entries(AUDIT_VOCABULARY).flatMap(([resource, verbs]) =>
  verbs.map((verb) => `${resource}.${verb}`),
) as [AuditType, ...AuditType[]];
