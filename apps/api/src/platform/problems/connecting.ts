import type { ProblemEntries } from './entry.js';

const CONNECTION = { connectionId: 'con_01jd9z' };
const RETRY = { retryAfterMs: 5000 };

/** Problems of connections: consent, storing and refreshing token sets. */
export const CONNECTING = {
  'invalid_input.callback': {
    status: 400,
    detail:
      'This address is where providers send people back to; there is nothing to see without their answer.',
  },
  'authentication_required.link': {
    status: 401,
    detail: 'Open this link from {app}.',
    parts: { app: 'the app that gave it to you' },
  },
  'invalid_credential.user_token': { status: 401, detail: 'user_token: is not valid or has expired.' },
  'origin_not_allowed.sign_in': {
    status: 403,
    detail: 'Only a page of an app in VALETKEY_REDIRECT_URIS may sign its user in here.',
  },
  demo_only: { status: 403, detail: 'Only the demo user can sign in here.' },
  browser_mismatch: {
    status: 403,
    detail:
      'This authorization was started in another browser. Open the link again and finish it in one browser.',
  },
  'other_user.link': { status: 403, detail: 'This link was made for somebody else. Nothing was connected.' },
  'other_user.authorization': { status: 403, detail: 'A user token may ask for its own user only.' },
  'not_found.link': { status: 404, detail: 'There is no such link. Ask for a new one.' },
  invalid_connector: { status: 422, detail: 'There is no connector with this id or target.' },
  connector_disabled: {
    status: 403,
    detail: 'Connector "{target}" is disabled. It serves nobody until an operator enables it again.',
    members: { target: 'google' },
  },
  connector_missing: {
    status: 422,
    detail: 'No connector for {provider} is configured; an operator has to add one.',
    parts: { provider: 'Google Calendar' },
  },
  connector_misconfigured: {
    status: 502,
    detail:
      'The provider does not accept the client id or secret of connector "{target}"; an operator must correct them.',
    parts: { target: 'google' },
  },
  'connector_misconfigured.request': {
    status: 502,
    detail:
      'The provider does not accept how connector "{target}" asks; an operator must correct its client id, callback address or prompts.',
    parts: { target: 'google' },
  },
  'connector_misconfigured.fault': {
    status: 502,
    detail:
      'The connector is not set up right: {fault}. An operator must correct it; trying again does not help.',
    parts: { fault: 'the token endpoint does not exist' },
  },
  connector_mismatch: {
    status: 400,
    detail: 'This answer came from another provider than the one that was asked. Nothing was connected.',
  },
  token_storage_disabled: {
    status: 422,
    detail:
      'Connector "{target}" stores no tokens: an authorization proves whose account it is, and nothing more. An operator can switch storing on.',
    members: { target: 'google' },
  },
  redirect_uri_not_allowed: {
    status: 400,
    detail: 'This redirectUri is not in VALETKEY_REDIRECT_URIS; it must be there letter for letter.',
  },
  invalid_scope: { status: 400, detail: 'scope: must be scope names separated by spaces.' },
  'unknown_action.authorization': {
    status: 400,
    detail: 'There is no action "{action}"; GET /v1/actions lists them.',
    parts: { action: 'github.issues.lst' },
  },
  nothing_missing: { status: 409, detail: 'Nothing is missing here: everything was granted.' },
  alias_taken: {
    status: 409,
    detail: 'Another connection of this user at this connector has this alias; choose another.',
  },
  'alias_taken.authorization': {
    status: 409,
    detail:
      'The user has a connection "{alias}" at {connector} already. Choose another alias, or name that connection as connectionId.',
    parts: { alias: 'work', connector: 'Google' },
  },
  connection_mismatch: {
    status: 400,
    detail: 'Connection {connectionId} is at "{target}", which this call cannot use.',
    parts: { connectionId: 'con_01jd9z', target: 'github' },
  },
  provider_unavailable: {
    status: 502,
    detail: 'The provider is busy. Try again in a moment.',
    retryable: true,
    members: RETRY,
  },
  'provider_unavailable.answer': {
    status: 502,
    detail: 'The provider did not answer properly. Try again in a moment.',
    retryable: true,
    members: RETRY,
  },
  'provider_unavailable.refresh': {
    status: 503,
    detail: 'The provider cannot refresh this token right now; the connection itself is fine. Try again.',
    retryable: true,
    members: RETRY,
  },
  'provider_unavailable.refreshing': {
    status: 503,
    detail: 'The token of this connection is being refreshed. Try again in a moment.',
    retryable: true,
  },
  authorization_in_progress: {
    status: 409,
    detail: 'This answer is being worked on. Look again in a moment.',
    retryable: true,
    members: { retryAfterMs: 30_000 },
  },
  'authorization_in_progress.link': {
    status: 409,
    detail: 'This connection is being made right now. Open the link again in a moment.',
  },
  authorization_already_used: { status: 409, detail: 'This authorization has been used. Start a new one.' },
  'authorization_already_used.link': { status: 409, detail: 'This link has been used. Ask for a new one.' },
  'authorization_already_used.moved': {
    status: 409,
    detail: 'The connector was pointed to another server since this authorization began. Start a new one.',
  },
  authorization_expired: { status: 410, detail: 'This link is older than ten minutes. Ask for a new one.' },
  authorization_failed: {
    status: 400,
    detail: 'The provider refused the code: it is wrong, used or too old. Start again.',
  },
  'authorization_failed.ended': { status: 400, detail: 'The provider ended the authorization. Start again.' },
  'authorization_failed.answer': {
    status: 400,
    detail: "The provider's answer is not acceptable: {fault}.",
    parts: { fault: 'it holds no access token' },
  },
  authorization_denied: { status: 403, detail: 'The user declined; start again when they want to.' },
  'authorization_denied.callback': {
    status: 403,
    detail: 'The user declined; nothing was connected. Ask again when they want to.',
  },
  scope_refused: {
    status: 400,
    detail: 'The provider does not give one of the scopes that were asked for. Ask for others.',
  },
  interaction_required: {
    status: 400,
    detail:
      'The provider has to show the user a page, which the prompts of connector "{target}" forbid; an operator must change them.',
    parts: { target: 'google' },
  },
  issuer_mismatch: {
    status: 400,
    detail: 'The answer came from another authorization server than the one that was asked.',
  },
  'issuer_mismatch.missing': {
    status: 400,
    detail:
      'The answer does not say which authorization server it is from, and the one that was asked always does.',
  },
  account_mismatch: {
    status: 409,
    detail:
      'This is for the account {expected}, and another one came back: {other}. Nothing was changed. Choose {expected} at {connector}.',
    parts: { expected: 'ada@example.com', other: 'alan@example.com', connector: 'Google' },
    members: CONNECTION,
  },
  verification_not_found: { status: 400, detail: 'There is no such verification record.' },
  verification_user_mismatch: { status: 403, detail: 'This verification record belongs to another user.' },
  verification_in_progress: {
    status: 409,
    detail:
      'This verification record is being verified. If that was broken off, it can be verified again within half a minute.',
    retryable: true,
    members: { retryAfterMs: 15_000 },
  },
  verification_already_used: {
    status: 409,
    detail: 'This verification record has been used. Start a new one.',
  },
  verification_expired: {
    status: 410,
    detail: 'This verification record is older than ten minutes. Start again.',
  },
  verification_not_verified: { status: 400, detail: 'Verify the record before its tokens are stored.' },
  verification_connector_mismatch: {
    status: 400,
    detail: 'This verification record is for "{target}".',
    parts: { target: 'google' },
  },
  state_mismatch: {
    status: 400,
    detail: 'connectorData.state is not the state that this verification was started with.',
  },
  'state_mismatch.callback': {
    status: 400,
    detail: 'This callback belongs to no authorization that was started here.',
  },
  redirect_uri_mismatch: {
    status: 400,
    detail: 'connectorData.redirectUri is not the one that this verification was started with.',
  },
  connection_gone: { status: 410, detail: 'The connection that this was for is gone. Ask for a new link.' },
  newer_token_set_stored: {
    status: 409,
    detail:
      'The token set that is stored for this account is newer, or works; to replace it, say with obtainedAt that this one is newer.',
    members: CONNECTION,
  },
  token_not_found: {
    status: 404,
    detail: 'No token is stored for this connection.',
    members: { reason: 'disconnected' },
  },
  'token_not_found.target': {
    status: 404,
    detail: 'No token is stored for this target. Start a verification to get one.',
  },
  not_refreshable: {
    status: 409,
    detail: 'This token works and has no refresh token; there is nothing to refresh.',
  },
  raw_tokens_denied: {
    status: 403,
    detail: 'This agent may not read tokens. Run an action instead, or ask an operator to allow raw tokens.',
  },
  'raw_tokens_denied.user_token': {
    status: 403,
    detail:
      'This user token may not read access tokens: the agent that minted it may only mint such. Run an action instead, or ask an operator to set its userTokens to "any".',
  },
  'unavailable.changing': {
    status: 503,
    detail: 'This connection keeps changing; nothing was done. Try again in a moment.',
    retryable: true,
  },
} as const satisfies ProblemEntries;
