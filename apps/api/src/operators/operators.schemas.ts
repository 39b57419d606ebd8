import { z } from 'zod';
import { isOwner, OPERATOR_ROLES, type Caller } from '../platform/index.js';
import type { OperatorSession } from './operator-sessions.repository.js';
import type { OperatorAccount } from './operators.repository.js';

export const role = z
  .enum(OPERATOR_ROLES)
  .describe('owner: everything. admin: all but what is for owners. auditor: reads, changes nothing.');

/** Of somebody's choosing, so longer than one that is generated (NIST SP 800-63B, section 3.1.1.2). */
export const newPassword = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(1000)
  .describe('At least 12 characters.');

export const linkToken = z.string().regex(/^[\w-]{43}$/, 'is not the secret of such a link');

export const operatorView = z.object({
  id: z.string(),
  email: z.string(),
  role,
  status: z
    .enum(['active', 'invited', 'disabled'])
    .describe('invited: has set no password yet. disabled: cannot sign in.'),
  secondFactors: z
    .array(z.enum(['passkey', 'totp']))
    .optional()
    .describe('The kinds of second factor that the operator has set up. Only owners see it.'),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().optional(),
  disabledAt: z.iso.datetime().optional(),
  invitedUntil: z.iso
    .datetime()
    .optional()
    .describe('Until when the invitation can be accepted; in the past when it has expired.'),
  signsInBy: z
    .array(z.enum(['password', 'single_sign_on']))
    .describe('How this operator is known: by a password of their own, at the issuer of single sign-on.'),
  linkableUntil: z.iso
    .datetime()
    .optional()
    .describe("Until when a sign-in at the issuer with this e-mail address becomes this operator's."),
});

export const invitedView = operatorView.extend({
  link: z
    .string()
    .describe('Send it to the operator. It is shown this once, works once, and replaces the link before.'),
  linkUntil: z.iso.datetime(),
});

export const sessionRow = z.object({
  id: z.string(),
  isCurrent: z.boolean().describe('Whether it is the session that asks.'),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  ip: z.string().describe('From where it was opened.'),
  userAgent: z.string().optional(),
});

/** @param reader sees second factors as an owner only */
export function operatorOf(account: OperatorAccount, reader: Caller): z.output<typeof operatorView> {
  const { id, email, createdAt, disabledAt, lastSignInAt, hasAccepted, linkUntil } = account;
  return {
    id,
    email,
    role: account.role,
    secondFactors: isOwner(reader) ? [...account.secondFactors] : undefined,
    status: disabledAt ? 'disabled' : hasAccepted ? 'active' : 'invited',
    createdAt: createdAt.toISOString(),
    lastSignInAt: lastSignInAt?.toISOString(),
    disabledAt: disabledAt?.toISOString(),
    signsInBy: [
      ...(account.hasPassword ? (['password'] as const) : []),
      ...(account.ssoIssuer === null ? [] : (['single_sign_on'] as const)),
    ],
    linkableUntil: account.ssoLinkUntil?.toISOString(),
    invitedUntil: hasAccepted ? undefined : linkUntil?.toISOString(),
  };
}

/** @param current the session that asks */
export function sessionOf(session: OperatorSession, current?: string): z.output<typeof sessionRow> {
  return {
    id: session.id,
    isCurrent: session.id === current,
    createdAt: session.createdAt.toISOString(),
    lastUsedAt: session.lastUsedAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    ip: session.ip,
    userAgent: session.userAgent ?? undefined,
  };
}
