import { z } from 'zod';
import { ProviderError } from '../core/provider-error.js';
import type { NamedAddress } from './address-header.js';
import { addressPattern, isOneLine } from './header-values.js';

const address = z.string().max(320).regex(addressPattern, 'not a plain e-mail address');

export const addresses = z.array(address).max(100);

export const bodyText = z.string().max(500_000);

export const recipients = {
  to: addresses.min(1).describe('Recipients, plain e-mail addresses'),
  cc: addresses.optional().describe('Recipients of a copy'),
  bcc: addresses.optional().describe('Recipients hidden from the others'),
};

/** Everybody who gets a message. */
export const everyoneIn = ({ to = [], cc = [], bcc = [] }: Addressed): string[] => [...to, ...cc, ...bcc];

interface Addressed {
  readonly to?: readonly string[] | undefined;
  readonly cc?: readonly string[] | undefined;
  readonly bcc?: readonly string[] | undefined;
}

/** The input for a message to be sent. */
export const newMessage = z
  .strictObject({
    ...recipients,
    replyTo: address.optional().describe('Address that answers should go to'),
    subject: z.string().max(998).refine(isOneLine, 'must be one line').trim().describe('Subject, one line'),
    text: bodyText.min(1).describe('Body as plain text'),
    html: bodyText.optional().describe('The same body as HTML'),
  })
  .meta({ examples: [{ to: ['ada@example.com'], subject: 'Minutes', text: 'Hello Ada,\n…' }] });

/** A file to go along. */
export interface AttachedFile {
  readonly filename: string;
  readonly mimeType: string;
  readonly content: Buffer;
  /** Content-ID by which the HTML body refers to it. */
  readonly cid?: string | undefined;
}

/** A message before it is encoded. */
export interface Mail {
  readonly to?: readonly (string | NamedAddress)[] | undefined;
  readonly cc?: readonly (string | NamedAddress)[] | undefined;
  readonly bcc?: readonly (string | NamedAddress)[] | undefined;
  readonly replyTo?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
  /** With their angle brackets. */
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  readonly attachments?: readonly AttachedFile[] | undefined;
}

/** Every value that is written into a header; the last check before any of them is. */
function headerValues({ to = [], cc = [], bcc = [], attachments = [], ...mail }: Mail): string[] {
  const people = [...to, ...cc, ...bcc].flatMap((one) =>
    typeof one === 'string' ? [one] : [one.name, one.address],
  );
  const files = attachments.flatMap(({ filename, mimeType, cid = '' }) => [filename, mimeType, cid]);
  const { replyTo = '', subject, inReplyTo = '', references = [] } = mail;
  return [...people, ...files, replyTo, subject, inReplyTo, ...references];
}

/**
 * RFC 5322 in base64url, as Gmail expects it. Gmail itself adds the sender, and removes Bcc from the message.
 * @throws ProviderError `invalid_request` for a header value of more than one line
 */
export async function rawMessage(mail: Mail, messageId: string): Promise<string> {
  if (!headerValues(mail).every(isOneLine))
    throw new ProviderError({ provider: 'gmail', code: 'invalid_request', reason: 'header' });
  const { to = [], cc = [], bcc = [], references = [], attachments = [], ...fields } = mail;
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const mime = new MailComposer({
    ...fields,
    to: [...to],
    cc: [...cc],
    bcc: [...bcc],
    references: [...references],
    attachments: attachments.map(({ mimeType, ...file }) => ({ ...file, contentType: mimeType })),
    messageId,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  mime.keepBcc = true;
  return (await mime.build()).toString('base64url');
}
