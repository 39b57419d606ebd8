import type { SingleSignOnSettings } from '../config/index.js';
import type { IssuerPerson } from '../operators/index.js';
import { OPERATOR_ROLES, type OperatorRole } from '../platform/index.js';

/** The claims of an ID token, with those of userinfo that it leaves out. */
export type Claims = Readonly<Record<string, unknown>>;

const LONGEST_EMAIL = 320;

/** The person of whom the verified claims speak, as the settings read them. */
export function personOf(claims: Claims, settings: SingleSignOnSettings): IssuerPerson {
  const { sub, amr, auth_time: authTime } = claims;
  return {
    issuer: settings.issuer,
    subject: String(sub),
    verifiedEmail: verifiedEmail(claims),
    role: roleOf(claims, settings),
    hasFactor: Array.isArray(amr) && amr.includes('mfa'),
    authenticatedAt: typeof authTime === 'number' ? new Date(authTime * 1000) : undefined,
  };
}

/** Some issuers write booleans as text; Entra says `xms_edov` where others say `email_verified`. */
function verifiedEmail({ email, email_verified: isVerified, xms_edov: isDomainsOwn }: Claims) {
  const isTrue = (claim: unknown) => claim === true || claim === 'true';
  if (typeof email !== 'string' || email.length > LONGEST_EMAIL) return undefined;
  if (!isTrue(isVerified) && !(isVerified === undefined && (isTrue(isDomainsOwn) || isDomainsOwn === '1')))
    return undefined;
  return /^[^\s@<>"]+@[^\s@<>"]+$/.test(email) ? email.toLowerCase() : undefined;
}

/** The highest of the roles that the values of the claim give. */
function roleOf(claims: Claims, { roleClaim, roles }: SingleSignOnSettings): OperatorRole | undefined {
  const found = claimAt(claims, roleClaim);
  const values = new Set(Array.isArray(found) ? (found as unknown[]) : [found]);
  const given = new Set(roles.filter(({ value }) => values.has(value)).map(({ role }) => role));
  return OPERATOR_ROLES.find((role) => given.has(role));
}

/** By its name, which may hold dots, as those do that are addresses; else by a path, such as `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((at, member) => {
    const isObject = typeof at === 'object' && at !== null && Object.hasOwn(at, member);
    return isObject ? (at as Claims)[member] : undefined;
  }, claims);
}
