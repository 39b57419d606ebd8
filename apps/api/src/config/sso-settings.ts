import { z } from 'zod';
import { baseUrl } from './addresses.js';

type Role = 'owner' | 'admin' | 'auditor';

/** Values may hold commas and equals signs, as names of LDAP groups do; a role's word after `=` ends one. */
const ENTRY = /(.+?)=(owner|admin|auditor)\s*(?:,|$)/gy;

const roles = z.string().transform((text, context) => {
  const found = [...text.matchAll(ENTRY)];
  const entries = found.map(([, value = '', role]) => ({ value: value.trim(), role: role as Role }));
  const length = found.reduce((sum, [whole]) => sum + whole.length, 0);
  const isTwice = new Set(entries.map(({ value }) => value)).size < entries.length;
  if (length === text.length && entries.every(({ value }) => value !== '') && !isTwice) return entries;
  context.addIssue(
    isTwice ? 'names a value twice' : 'must be value=role,… with the roles owner, admin and auditor',
  );
  return z.NEVER;
});

const issuer = baseUrl.refine(
  (text) =>
    !URL.canParse(text) ||
    new URL(text).protocol === 'https:' ||
    /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(text).hostname),
  { error: 'must be https, but for this machine' },
);

const PREFIX = 'VALETKEY_OPERATOR_OIDC_';

/** The settings of single sign-on for operators, as `SETTINGS` has all of them. */
export const SSO_SETTINGS = {
  VALETKEY_OPERATOR_OIDC_ISSUER: {
    schema: issuer.optional(),
    help: 'OpenID Connect issuer at which operators sign in (default: none)',
  },
  VALETKEY_OPERATOR_OIDC_CLIENT_ID: {
    schema: z.string().min(1).optional(),
    help: 'client id at that issuer; redirect URI: VALETKEY_PUBLIC_URL and /v1/operator/session/sso/callback',
  },
  VALETKEY_OPERATOR_OIDC_CLIENT_SECRET: {
    schema: z.string().min(1).optional(),
    help: 'client secret; without it the client is a public one',
  },
  VALETKEY_OPERATOR_OIDC_ROLES: {
    schema: roles.optional(),
    help: 'who gets which role, by values of a claim: valetkey-owners=owner,ops=admin,staff=auditor',
  },
  VALETKEY_OPERATOR_OIDC_ROLE_CLAIM: {
    schema: z.string().min(1).max(200).default('groups'),
    help: 'the claim that has those values, or a path of names with dots (default groups)',
  },
  VALETKEY_OPERATOR_OIDC_SCOPES: {
    schema: z
      .string()
      .transform((text) => [...new Set(['openid', ...text.split(/[\s,]+/).filter(Boolean)])].join(' '))
      .default('openid email'),
    help: 'scopes to ask the issuer for (default openid email)',
  },
  VALETKEY_OPERATOR_OIDC_NAME: {
    schema: z
      .string()
      .trim()
      .regex(/^[^\p{Cc}\u2028-\u202e\u2066-\u2069]{1,60}$/u, 'must be one line of 60 characters at most')
      .optional(),
    help: 'name of the issuer on the sign-in page (default: its host)',
  },
  VALETKEY_OPERATOR_PASSWORDS: {
    schema: z.enum(['on', 'off']).default('on'),
    help: 'off: operators sign in at the issuer only, not with a password or a passkey of their own here (default on)',
  },
} as const satisfies Record<string, { schema: z.ZodType; help: string }>;

type Raw = { [Name in keyof typeof SSO_SETTINGS]: z.output<(typeof SSO_SETTINGS)[Name]['schema']> };

/** The issuer at which operators sign in, and what its claims mean here. */
export interface SingleSignOnSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scopes: string;
  readonly roleClaim: string;
  readonly roles: readonly { readonly value: string; readonly role: Role }[];
  /** As the sign-in page calls it. */
  readonly name: string;
}

export interface SsoSettings {
  readonly singleSignOn: SingleSignOnSettings | undefined;
  /** Whether operators may sign in with what only this server knows: a password, a passkey alone. */
  readonly passwords: boolean;
}

/** @returns the fault, in words that repeat no value, where the settings do not go together */
export function ssoSettings(raw: Raw): SsoSettings | string {
  const passwords = raw.VALETKEY_OPERATOR_PASSWORDS === 'on';
  const { VALETKEY_OPERATOR_OIDC_ISSUER: issuerUrl, VALETKEY_OPERATOR_OIDC_CLIENT_ID: clientId } = raw;
  const { VALETKEY_OPERATOR_OIDC_ROLES: entries } = raw;
  if (issuerUrl === undefined) {
    if (!passwords)
      return `VALETKEY_OPERATOR_PASSWORDS=off needs ${PREFIX}ISSUER: nobody could sign in without it`;
    if (clientId !== undefined || entries !== undefined) return `${PREFIX}ISSUER is needed with ${PREFIX}…`;
    return { singleSignOn: undefined, passwords };
  }
  if (clientId === undefined) return `${PREFIX}CLIENT_ID is needed with ${PREFIX}ISSUER`;
  if (entries === undefined)
    return `${PREFIX}ROLES is needed with ${PREFIX}ISSUER: nobody gets in without a role`;
  const singleSignOn = {
    issuer: issuerUrl.replace(/(?<!\/)\/+$/, ''),
    clientId,
    clientSecret: raw.VALETKEY_OPERATOR_OIDC_CLIENT_SECRET,
    scopes: raw.VALETKEY_OPERATOR_OIDC_SCOPES,
    roleClaim: raw.VALETKEY_OPERATOR_OIDC_ROLE_CLAIM,
    roles: entries,
    name: raw.VALETKEY_OPERATOR_OIDC_NAME ?? new URL(issuerUrl).host,
  };
  return { singleSignOn, passwords };
}
