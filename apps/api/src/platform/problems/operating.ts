import { withStatus } from './entry.js';

/** Problems of operators: sign-in, the vault, the audit log, policies and connectors. */
export const OPERATING = {
  ...withStatus(400, {
    invalid_document: {
      detail: 'document: {fault}',
      parts: { fault: 'The document is OpenAPI 3.2.0; 3.0 and 3.1 are understood.' },
    },
    mcp_server_refused: {
      detail: 'The MCP server cannot be added: {fault}.',
      parts: { fault: 'there is a web page, and no MCP server' },
    },
    operations_refused: {
      detail: 'operations: "{operation}" cannot be an action: {reason}. Leave it out, or see the preview.',
      parts: {
        operation: 'files/upload',
        reason: 'its body is multipart/form-data; JSON and forms are written',
      },
      members: {
        refused: [
          {
            operation: 'files/upload',
            reason: 'its body is multipart/form-data; JSON and forms are written',
          },
        ],
      },
    },
    invalid_policy: { detail: 'text: {fault}', parts: { fault: 'unexpected end of input at character 42' } },
  }),
  ...withStatus(401, {
    'authentication_required.session': 'There is no signed-in session; operator keys have none.',
    invalid_credentials: 'The e-mail or the password is wrong.',
    second_factor_required: {
      detail: 'The password is right. Prove the second factor with POST /v1/operator/session/second-factor.',
      members: { methods: ['passkey', 'totp', 'recovery_code'], expiresAt: '2026-11-30T12:05:00.000Z' },
    },
    sign_in_over:
      'This sign-in has expired, has failed too often, or was begun in another browser. Sign in again.',
  }),
  ...withStatus(403, {
    passwords_off: 'Operators sign in by single sign-on here; passwords and passkeys alone are switched off.',
    wrong_password: 'The current password is wrong.',
    wrong_code: 'The code is wrong, has expired or was used already.',
    wrong_passkey:
      'This passkey was not accepted: it is not of this account, or took too long to answer. Try again.',
    second_factor_missing:
      'A second factor is required here, and you have none. Set one up under My account; until then nothing else is open to you.',
    step_up_required: {
      detail:
        'This wants a proof of who you are that is not older than {minutes} minutes. Give one with POST /v1/operator/session/proof, then try again.',
      parts: { minutes: 10 },
      members: { maxAge: 600 },
    },
  }),
  ...withStatus(409, {
    second_factor_exists: 'There is an authenticator app already; remove it first.',
    no_second_factor: 'There is no such second factor; set one up first.',
    too_many_passkeys: {
      detail: 'There are {most} passkeys already; remove one first.',
      parts: { most: 20 },
    },
    too_many_operator_keys: {
      detail: 'There are {most} operator keys already; revoke one first.',
      parts: { most: 200 },
    },
    single_sign_on_off: 'Single sign-on is not set up here.',
    'single_sign_on_off.account':
      'This account does not sign in by single sign-on, or has a second factor here, which is asked for instead.',
    no_password: 'This account has no password: it signs in by single sign-on.',
    email_taken: 'There is an operator with this e-mail already.',
    invitation_accepted: 'This operator has accepted the invitation.',
    last_owner:
      'This is the last owner who can sign in: make another operator an owner first, and have them sign in.',
    no_connection_to_list: {
      detail:
        'The MCP server shows its tools only to users who have signed in, and none has: connect one to "{target}" first, yourself for example.',
      parts: { target: 'acme' },
    },
    import_changed:
      'digest: this is not what the preview showed, or another import came between: make a new preview and look at it.',
    local_key:
      'The key that seals is in VALETKEY_ENCRYPTION_KEYS: put a new one in front of it, restart every process, then start a re-wrap.',
    rewrap_running: {
      detail: 'A re-wrap is running; wait for its end.',
      members: { rewrapId: 'rwp_01jd9z' },
    },
    nothing_to_trim: {
      detail: 'No event was recorded in a month that ended by {day}.',
      parts: { day: '2026-01-01' },
    },
    trim_running: 'A trim of the log is not finished; wait for its end.',
    audit_not_anchored: {
      detail: 'The anchor {anchor} does not have the checkpoints of these events yet; try again when it has.',
      members: { anchor: 's3://anchor/valetkey', throughSeq: 4711 },
    },
    audit_not_forwarded: {
      detail: 'The sink "{sink}" does not have these events yet; try again when it has.',
      members: { sink: 'siem', throughSeq: 4711 },
    },
    event_of_chain:
      'This event is of the chain that the log was before it was a tree, and has no leaf of its own: export the log, which verifies the chain too.',
    name_taken: 'Another policy has this name; choose a different one.',
    target_taken: {
      detail: 'target: there is a connector "{target}" {origin} already; {advice}',
      parts: { target: 'google', origin: 'from the connectors file', advice: 'choose another target.' },
      members: {
        errors: [
          {
            path: 'target',
            message: 'is taken by a connector from the connectors file; choose another target.',
          },
        ],
      },
    },
    connector_read_only: {
      detail: '{why}',
      parts: {
        why: 'It comes from the connectors file (VALETKEY_CONNECTORS_FILE): change it there and restart.',
      },
    },
    connector_in_use: {
      detail:
        '{stored} tokens of the client as it is. They cannot be refreshed by another: send "confirm": true to change it all the same, and their users will have to connect again; or make a new connector.',
      parts: { stored: '3 connections hold' },
      members: { storedConnectionCount: 3, members: ['clientId'] },
    },
    'connector_in_use.stored': {
      detail:
        '{stored} tokens. Disable the connector with "tokens": "drop" first, which disconnects them and revokes their tokens at the provider.',
      parts: { stored: '3 connections hold' },
    },
    'connector_in_use.revocations': {
      detail:
        "{revocations} not confirmed by the provider yet, and need the connector's client for that. Try again later.",
      parts: { revocations: '2 revocations are' },
    },
    connector_not_configured: {
      detail: 'The {origin} no longer names "{target}"; put it back there and restart.',
      parts: { origin: 'connectors file', target: 'google' },
    },
    webhook_is_disabled: 'The endpoint is disabled; enable it first.',
    too_many_webhooks: {
      detail: 'There are {most} endpoints already; delete one first.',
      parts: { most: 50 },
    },
    too_many_webhook_secrets: {
      detail:
        'This endpoint has {most} secrets that still sign; wait until one expires, or send "overlapHours": 0 to end them all.',
      parts: { most: 5 },
    },
    revocation_not_retryable: 'This revocation has ended: the provider confirmed it, or offers no way.',
  }),
  ...withStatus(410, {
    link_over: 'This link was used, has expired or was replaced by a newer one. Ask an owner for a new one.',
  }),
  ...withStatus(429, {
    too_many_attempts: {
      detail:
        'Too many failed sign-ins. Try again in {seconds} s, or on a device on which you have signed in before.',
      retryable: true,
      parts: { seconds: 300 },
      members: { retryAfterMs: 300_000 },
    },
  }),
  ...withStatus(502, {
    single_sign_on_unavailable:
      'The issuer of single sign-on does not answer as one; try again, and see the log of the server.',
  }),
  ...withStatus(503, {
    key_service_unavailable: {
      detail: '{reason}. Nothing was changed.',
      parts: { reason: 'AWS KMS does not answer' },
    },
  }),
};
