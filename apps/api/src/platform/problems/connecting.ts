import { withStatus } from './entry.js';

const CONNECTION = { connectionId: 'con_01jd9z' };
const RETRY = { retryAfterMs: 5000 };

/** Problems of connections: consent, storing and refreshing token sets. */
export const CONNECTING = {
  ...withStatus(400, {
    'invalid_input.callback':
      'This address is where providers send people back to; there is nothing to see without their answer.',
    connector_mismatch:
      'This answer came from another provider than the one that was asked. Nothing was connected.',
    redirect_uri_not_allowed:
      'This redirectUri is not in VALETKEY_REDIRECT_URIS; it must be there letter for letter.',
    invalid_scope: 'scope: must be scope names separated by spaces.',
    'unknown_action.authorization': {
      detail: 'There is no action "{action}"; GET /v1/actions lists them.',
      parts: { action: 'github.issues.lst' },
    },
    connection_mismatch: {
      detail: 'Connection {connectionId} is at "{target}", which this call cannot use.',
      parts: { connectionId: 'con_01jd9z', target: 'github' },
    },
    authorization_failed: 'The provider refused the code: it is wrong, used or too old. Start again.',
    'authorization_failed.ended': 'The provider ended the authorization. Start again.',
    'authorization_failed.answer': {
      detail: "The provider's answer is not acceptable: {fault}.",
      parts: { fault: 'it holds no access token' },
    },
    key_refused:
      'The provider does not accept this key: it is wrong, or was ended there. Nothing was stored.',
    'key_refused.account':
      'The provider does not tell whose key this is: it lacks the right to. Nothing was stored.',
    scope_refused: 'The provider does not give one of the scopes that were asked for. Ask for others.',
    interaction_required: {
      detail:
        'The provider has to show the user a page, which the prompts of connector "{target}" forbid; an operator must change them.',
      parts: { target: 'google' },
    },
    issuer_mismatch: 'The answer came from another authorization server than the one that was asked.',
    'issuer_mismatch.missing':
      'The answer does not say which authorization server it is from, and the one that was asked always does.',
    verification_not_found: 'There is no such verification record.',
    verification_not_verified: 'Verify the record before its tokens are stored.',
    verification_connector_mismatch: {
      detail: 'This verification record is for "{target}".',
      parts: { target: 'google' },
    },
    state_mismatch: 'connectorData.state is not the state that this verification was started with.',
    'state_mismatch.callback': 'This callback belongs to no authorization that was started here.',
    redirect_uri_mismatch:
      'connectorData.redirectUri is not the one that this verification was started with.',
  }),
  ...withStatus(401, {
    'authentication_required.link': {
      detail: 'Open this link from {app}.',
      parts: { app: 'the app that gave it to you' },
    },
    'invalid_credential.user_token': 'user_token: is not valid or has expired.',
  }),
  ...withStatus(403, {
    'origin_not_allowed.sign_in':
      'Only a page of an app in VALETKEY_REDIRECT_URIS may sign its user in here.',
    demo_only: 'Only the demo user can sign in here.',
    browser_mismatch:
      'This authorization was started in another browser. Open the link again and finish it in one browser.',
    'other_user.link': 'This link was made for somebody else. Nothing was connected.',
    'other_user.authorization': 'A user token may ask for its own user only.',
    connector_disabled: {
      detail: 'Connector "{target}" is disabled. It serves nobody until an operator enables it again.',
      members: { target: 'google' },
    },
    authorization_denied: 'The user declined; start again when they want to.',
    'authorization_denied.callback': 'The user declined; nothing was connected. Ask again when they want to.',
    verification_user_mismatch: 'This verification record belongs to another user.',
    raw_tokens_denied:
      'This agent may not read tokens. Run an action instead, or ask an operator to allow raw tokens.',
    'raw_tokens_denied.user_token':
      'This user token may not read access tokens: the agent that minted it may only mint such. Run an action instead, or ask an operator to set its userTokens to "any".',
  }),
  ...withStatus(404, {
    'not_found.link': 'There is no such link. Ask for a new one.',
    token_not_found: {
      detail: 'No token is stored for this connection.',
      members: { reason: 'disconnected' },
    },
    'token_not_found.target': 'No token is stored for this target. Start a verification to get one.',
  }),
  ...withStatus(409, {
    nothing_missing: 'Nothing is missing here: everything was granted.',
    alias_taken: 'Another connection of this user at this connector has this alias; choose another.',
    'alias_taken.authorization': {
      detail:
        'The user has a connection "{alias}" at {connector} already. Choose another alias, or name that connection as connectionId.',
      parts: { alias: 'work', connector: 'Google' },
    },
    authorization_in_progress: {
      detail: 'This answer is being worked on. Look again in a moment.',
      retryable: true,
      members: { retryAfterMs: 30_000 },
    },
    'authorization_in_progress.link':
      'This connection is being made right now. Open the link again in a moment.',
    authorization_already_used: 'This authorization has been used. Start a new one.',
    'authorization_already_used.link': 'This link has been used. Ask for a new one.',
    'authorization_already_used.moved':
      'The connector was pointed to another server since this authorization began. Start a new one.',
    account_mismatch: {
      detail:
        'This is for the account {expected}, and another one came back: {other}. Nothing was changed. Choose {expected} at {connector}.',
      parts: { expected: 'ada@example.com', other: 'alan@example.com', connector: 'Google' },
      members: CONNECTION,
    },
    verification_in_progress: {
      detail:
        'This verification record is being verified. If that was broken off, it can be verified again within half a minute.',
      retryable: true,
      members: { retryAfterMs: 15_000 },
    },
    verification_already_used: 'This verification record has been used. Start a new one.',
    newer_token_set_stored: {
      detail:
        'The token set that is stored for this account is newer, or works; to replace it, say with obtainedAt that this one is newer.',
      members: CONNECTION,
    },
    not_refreshable: 'This token works and has no refresh token; there is nothing to refresh.',
  }),
  ...withStatus(410, {
    authorization_expired: 'This link is older than ten minutes. Ask for a new one.',
    verification_expired: 'This verification record is older than ten minutes. Start again.',
    connection_gone: 'The connection that this was for is gone. Ask for a new link.',
  }),
  ...withStatus(422, {
    invalid_connector: 'There is no connector with this id or target.',
    connector_missing: {
      detail: 'No connector for {provider} is configured; an operator has to add one.',
      parts: { provider: 'Google Calendar' },
    },
    key_needed: {
      detail:
        'Over connector "{target}" users enter a key, and consent to nothing: POST /v1/authorizations makes a link to our page for it, POST /v1/connections/keys takes a key.',
      members: { target: 'airtable-keys' },
    },
    token_storage_disabled: {
      detail:
        'Connector "{target}" stores no tokens: an authorization proves whose account it is, and nothing more. An operator can switch storing on.',
      members: { target: 'google' },
    },
  }),
  ...withStatus(502, {
    connector_misconfigured: {
      detail:
        'The provider does not accept the client id or secret of connector "{target}"; an operator must correct them.',
      parts: { target: 'google' },
    },
    'connector_misconfigured.request': {
      detail:
        'The provider does not accept how connector "{target}" asks; an operator must correct its client id, callback address or prompts.',
      parts: { target: 'google' },
    },
    'connector_misconfigured.fault': {
      detail:
        'The connector is not set up right: {fault}. An operator must correct it; trying again does not help.',
      parts: { fault: 'the token endpoint does not exist' },
    },
    provider_unavailable: {
      detail: 'The provider is busy. Try again in a moment.',
      retryable: true,
      members: RETRY,
    },
    'provider_unavailable.answer': {
      detail: 'The provider did not answer properly. Try again in a moment.',
      retryable: true,
      members: RETRY,
    },
  }),
  ...withStatus(503, {
    'provider_unavailable.refresh': {
      detail: 'The provider cannot refresh this token right now; the connection itself is fine. Try again.',
      retryable: true,
      members: RETRY,
    },
    'provider_unavailable.refreshing': {
      detail: 'The token of this connection is being refreshed. Try again in a moment.',
      retryable: true,
    },
    'unavailable.changing': {
      detail: 'This connection keeps changing; nothing was done. Try again in a moment.',
      retryable: true,
    },
  }),
};
