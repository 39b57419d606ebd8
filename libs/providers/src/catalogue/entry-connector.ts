import { z } from 'zod';
import { isAccountPath } from '../connectors/account-paths.js';
import { entryAddress as address, entryHeaders as headers } from './entry-api.js';

const path = z
  .string()
  .max(200)
  .refine(isAccountPath, 'must be names with dots between them (data.id), or a JSON Pointer (/data/id)');
const scope = z
  .string()
  .max(200)
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be a scope (RFC 6749, section 3.3)');
const word = z.string().min(1).max(100);
const parameters = z
  .record(z.string().regex(/^[\w.-]{1,60}$/), z.string().max(300))
  .refine((given) => !Object.keys(given).some((name) => OURS.has(name)), 'must not set a parameter of OAuth');
const OURS = new Set([
  ...['client_id', 'client_secret', 'redirect_uri', 'state', 'nonce', 'code', 'code_verifier', 'grant_type'],
  ...['code_challenge', 'code_challenge_method', 'refresh_token', 'response_type', 'scope'],
]);
/** Of a request that ends a grant: these stand for the tokens, the client, and the account that they belong to. */
export const REVOCATION_PLACEHOLDERS = [
  ...['token', 'access_token', 'refresh_token', 'client_id', 'client_secret', 'account_id'],
] as const;
const values = z.record(z.string().regex(/^[\w.-]{1,60}$/), z.string().max(300));
const kills = z
  .enum(['token_set', 'whole_grant'])
  .describe('What ends: these tokens, or all that the user granted to our client.');
const byHand = z.string().trim().min(20).max(400).describe('How the user ends it at the provider.');

/** How a grant ends at the provider. */
const revocation = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('rfc7009'), kills, byHand: byHand.optional() }),
  z.strictObject({
    style: z.literal('request'),
    kills,
    byHand: byHand.optional(),
    method: z.enum(['POST', 'DELETE', 'GET']),
    authorization: z
      .enum(['bearer', 'client_basic', 'none'])
      .describe('Who asks: the access token, our client by HTTP Basic, or whoever the parameters name.'),
    encoding: z.enum(['form', 'json', 'query', 'none']),
    parameters: values
      .default({})
      .describe('{token} stands for the refresh token, or else the access token.'),
    headers: values.default({}),
    needsLiveAccessToken: z.boolean().default(false),
    ended: z
      .strictObject({
        statuses: z.array(z.int().min(200).max(499)).max(5).default([]),
        errors: z.array(word).max(10).default([]),
      })
      .prefault({})
      .describe('Failures that prove that the tokens were invalid already.'),
  }),
  z.strictObject({ style: z.literal('none'), byHand }),
]);

const endpoints = z.strictObject({
  issuer: address.optional(),
  authorization: address.optional(),
  token: address.optional(),
  account: address.optional().describe('Where the account behind a token is read.'),
  revocation: address.optional(),
  jwks: address.optional(),
});

/** Parts of a token request beyond the standard. */
const tokenRequest = z.strictObject({
  encoding: z.enum(['form', 'json']).default('form'),
  parameters: parameters.default({}),
  headers: headers.default({}),
});

/** Where a token answer has its members, where that is not as the standard says. */
const tokenAnswer = z.strictObject({
  accessToken: path.optional(),
  refreshToken: path.optional(),
  expiresIn: path.optional(),
  scope: path.optional(),
  types: z.array(word).max(5).default([]).describe('Values of token_type that are used like Bearer.'),
  assumedLifeSeconds: z.int().min(60).max(31_536_000).optional().describe('Where the answer names none.'),
  errorsWithStatus200: z.boolean().default(false),
});

const tokenReason = z.enum([
  ...(['revoked', 'expired', 'reauthentication_required', 'invalid_code', 'invalid_client'] as const),
  ...(['invalid_scope', 'invalid_request', 'rate_limited', 'transient'] as const),
]);

/** The account behind a token. `id` is what stays the same; of several, together. */
const account = z.strictObject({
  method: z.enum(['GET', 'POST']),
  headers: headers.default({}),
  body: z.string().max(2000).optional().describe('JSON that is sent, for example a GraphQL query.'),
  id: z.union([path, z.array(path).min(2).max(3)]),
  name: path.optional(),
  email: path.optional(),
});

/** Whether a token still works: its account is read. */
const check = z.strictObject({
  call: z.literal('account'),
  scopes: z.array(scope).max(20).describe('A token needs one of these for it. Empty: every token can.'),
  dead: z
    .strictObject({ statuses: z.array(z.int().min(400).max(499)).max(5), errors: z.array(word).max(20) })
    .describe('Answers that prove that it does not work any more.'),
  alive: z.array(word).max(10).default([]).describe('Errors that only a token gets that works.'),
  scopesHeader: z
    .string()
    .regex(/^[a-z0-9-]{1,60}$/)
    .optional(),
});

/** An authorization server. */
export const entryConnector = z.strictObject({
  endpoints,
  discovers: z.boolean().default(false).describe("The issuer's discovery document completes the endpoints."),
  oidc: z.boolean().default(false).describe('The token answer holds an ID token to be verified.'),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  pkce: z.boolean(),
  scopeSeparator: z.enum([' ', ',']).default(' '),
  scopeParameter: z.enum(['scope', 'user_scope']).default('scope'),
  baseScopes: z
    .array(scope)
    .max(20)
    .default([])
    .describe('Always asked for, so that the account can be read.'),
  offlineScopes: z.array(scope).max(5).default([]).describe('Asked for when a refresh token is wanted.'),
  authorizationParameters: parameters.default({}),
  offlineParameters: parameters.default({}).describe('Sent when a refresh token is wanted.'),
  upgradeParameters: parameters.default({}).describe('Sent when scopes are added to a grant.'),
  prompts: z
    .partialRecord(z.enum(['none', 'login', 'consent', 'select_account']), parameters)
    .default({})
    .describe('What makes the provider ask. One that is not here is not sent.'),
  loginHint: z
    .strictObject({ parameter: z.string().regex(/^\w{1,40}$/), value: z.enum(['email', 'name', 'id']) })
    .optional(),
  grants: z
    .enum(['union_by_provider', 'union_by_us'])
    .describe('Who keeps earlier scopes when some are added: the provider, or we by asking for all.'),
  refresh: z
    .enum(['rotating', 'static', 'none', 'as_answered'])
    .describe(
      'rotating: each refresh token works once. none: access tokens do not expire, or cannot be renewed.',
    ),
  tokenRequest: tokenRequest.prefault({}),
  tokenAnswer: tokenAnswer.prefault({}),
  tokenErrors: z.record(word, tokenReason).default({}),
  account,
  check,
  revocation,
});

export { scope as entryScope };
