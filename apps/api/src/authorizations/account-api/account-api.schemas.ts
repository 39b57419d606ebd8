import { z } from 'zod';

/** Bodies of the Account API. Members that the guide does not name are passed over, as Logto does. */
export const newVerification = z.object({
  connectorId: z.string().min(1).describe("The connector's id or its target."),
  state: z.string().min(1).max(1024),
  redirectUri: z.url(),
  scope: z
    .string()
    .max(4096)
    .optional()
    .describe('Scopes to add to what the user has granted already, separated by spaces.'),
  connectionId: z
    .string()
    .optional()
    .describe('This very connection shall grow; another account is refused. Useful with several accounts.'),
});

const text = z
  .string()
  .max(8192)
  .nullish()
  .transform((value) => value ?? undefined);

export const verificationAnswer = z.object({
  verificationRecordId: z.string().min(1),
  connectorData: z.object({
    code: text,
    state: text,
    redirectUri: text,
    error: text,
    error_description: text,
    iss: text,
  }),
});

export const verificationReference = z.object({ verificationRecordId: z.string().min(1) });

const scopeList = z.array(z.string()).optional();
const granted = scopeList.describe('What the user granted; there when something is missing.');
const missing = scopeList.describe('Asked for and not granted; there when something is missing.');

export const verifiedView = z.object({
  verificationRecordId: z.string(),
  grantedScopes: granted,
  missingScopes: missing,
});

export const startedView = z.object({
  verificationRecordId: z.string(),
  authorizationUri: z.url(),
  expiresAt: z.iso.datetime(),
});

export const tokenView = z.object({
  accessToken: z.string(),
  tokenType: z.string(),
  expiresIn: z.int().optional().describe('Seconds.'),
  expiresAt: z.iso.datetime().optional(),
  scope: z.string().optional(),
});

export const storedView = tokenView.extend({ grantedScopes: granted, missingScopes: missing });

export const logtoTokenView = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_in: z.int().optional().describe('Seconds.'),
  scope: z.string().optional(),
});

export const logtoStoredView = logtoTokenView.extend({ granted_scopes: granted, missing_scopes: missing });

/** Errors of reading a token on the guide's path, where whatever a new consent would mend answers `null`. */
export const GUIDE_TOKEN_PROBLEMS = [
  'ambiguous_connection',
  'connection_mismatch',
  'connector_disabled',
  'token_storage_disabled',
  'raw_tokens_denied',
  'policy_denied',
  'approval_required',
  'provider_unavailable.refresh',
  'not_found',
] as const;

/** Errors of reading a token. The description tells them by the codes of the Account API. */
export const TOKEN_PROBLEMS = [
  ...GUIDE_TOKEN_PROBLEMS,
  'token_not_found',
  'reauthorization_required.link',
] as const;

/** Errors of starting, verifying and storing. */
export const RECORD_PROBLEMS = [
  'verification_not_found',
  'verification_user_mismatch',
  'verification_already_used',
  'verification_in_progress',
  'verification_expired',
  'authorization_denied',
  'connector_disabled',
  'connection_gone',
  'account_mismatch',
] as const;
