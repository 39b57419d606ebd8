import { z } from 'zod';
import { url } from './addresses.js';

/** The settings of mail that the server sends, as `SETTINGS` has all of them. */
export const MAIL_SETTINGS = {
  VALETKEY_SMTP_URL: {
    schema: url(['smtp:', 'smtps:']).optional(),
    help: 'server that takes mail about approvals: smtps://user:password@host, or smtp:// with STARTTLS (default: none, no mail is sent)',
  },
  VALETKEY_MAIL_FROM: {
    schema: z.email().optional(),
    help: 'address that the mail comes from; needed with VALETKEY_SMTP_URL',
  },
} as const satisfies Record<string, { schema: z.ZodType; help: string }>;

type Raw = { [Name in keyof typeof MAIL_SETTINGS]: z.output<(typeof MAIL_SETTINGS)[Name]['schema']> };

export interface MailSettings {
  /** `undefined`: no mail is sent. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
}

/** @returns the fault, in words that repeat no value, where the settings do not go together */
export function mailSettings({
  VALETKEY_SMTP_URL: url,
  VALETKEY_MAIL_FROM: from,
}: Raw): MailSettings | string {
  if (url === undefined) return { mail: undefined };
  if (from === undefined)
    return 'VALETKEY_MAIL_FROM is needed with VALETKEY_SMTP_URL: the address that mail comes from';
  return { mail: { url, from } };
}
