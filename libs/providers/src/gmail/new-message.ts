import MailComposer from 'nodemailer/lib/mail-composer';
import { z } from 'zod';

/** Header values must be one line: a line break in one would start the next header. */
const isOneLine = (value: string): boolean => !/\p{Cc}|\u2028|\u2029/u.test(value);

const address = z
  .string()
  .max(320)
  .regex(/^[^\s\p{Cc}<>,;:"()[\]\\@]+@[^\s\p{Cc}<>,;:"()[\]\\@]+$/u, 'not a plain e-mail address');

const addresses = z.array(address).max(100);

/** What a caller says about a message to be sent. */
export const newMessage = z
  .strictObject({
    to: addresses.min(1).describe('Recipients, plain e-mail addresses'),
    cc: addresses.optional().describe('Recipients of a copy'),
    bcc: addresses.optional().describe('Recipients of a copy whom the others do not see'),
    replyTo: address.optional().describe('Address that answers should go to'),
    subject: z.string().max(998).refine(isOneLine, 'must be one line').describe('Subject, one line'),
    text: z.string().min(1).max(500_000).describe('Body as plain text'),
    html: z.string().max(500_000).optional().describe('The same body as HTML; text remains the alternative'),
  })
  .meta({ examples: [{ to: ['ada@example.com'], subject: 'Minutes', text: 'Hello Ada,\n…' }] });

/** RFC 5322 in base64url, as Gmail takes it. Gmail itself puts in the sender, and reads Bcc out of the message. */
export async function rawMessage(message: z.output<typeof newMessage>, messageId: string): Promise<string> {
  const mime = new MailComposer({
    ...message,
    messageId,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  mime.keepBcc = true;
  return (await mime.build()).toString('base64url');
}
