import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeHTML } from 'entities';
import { z } from 'zod';
import { shownAddresses } from './address-header.js';
import { shownHeader } from './header-values.js';
import { readLetter, type ReadBody } from './letter.js';
import { contentsOf, headerOf, type Part } from './message-parts.js';

export const messageId = z.string().min(1).max(256).describe('Gmail id of the message');

const attachment = z.object({
  partId: z.string().describe('Names the attachment when it is read'),
  filename: z.string().describe('Name of the file, as the sender wrote it'),
  mimeType: z.string().describe('Media type, as the sender wrote it'),
  size: z.number().describe('Bytes'),
  isInline: z.boolean().describe('Shown inside the text, such as a picture'),
});

export const readMessage = z.object({
  id: messageId,
  threadId: z.string().optional().describe('Gmail id of its conversation'),
  labelIds: z.array(z.string()).optional().describe('Labels, for example UNREAD'),
  from: z.string().optional().describe('Sender as written in the header'),
  to: z.string().optional().describe('Recipients as written in the header'),
  cc: z.string().optional().describe('Recipients of a copy'),
  replyTo: z.string().optional().describe('Where the sender wants answers'),
  subject: z.string().optional().describe('Subject'),
  receivedAt: z.string().optional().describe('When Gmail got it, RFC 3339'),
  text: z.string().describe('The text; made from the HTML where there is no plain one'),
  isTruncated: z
    .boolean()
    .describe('Whether the text lacks something: cut at maxTextLength, or too large to be read to its end'),
  attachments: z.array(attachment).describe('Files that came along'),
});

/** Largest number that is still a date. */
const lastMoment = 8.64e15;

/** A message in Gmail's `full` format. */
export const gmailFullMessage = z.object({
  id: z.string(),
  threadId: z.string().optional(),
  labelIds: z.array(z.string()).optional(),
  snippet: z.string().optional(),
  internalDate: z.coerce.number().min(0).max(lastMoment).optional().catch(undefined),
  payload: z.unknown().optional(),
});

export type FullMessage = z.output<typeof gmailFullMessage>;

const headersSchema = z.object({
  headers: z.array(z.object({ name: z.string(), value: z.string() })).catch([]),
});

/** Reads the headers of the message itself as they were sent. */
export function headersOf({ payload }: FullMessage): (name: string) => string | undefined {
  const top = headersSchema.safeParse(payload).data;
  return (name) => headerOf(top, name);
}

const addressHeaders = ['from', 'to', 'cc', 'reply-to'];

/** Reads the headers of the message itself as a person may see them: decoded, each on one line. */
export function shownHeadersOf(message: FullMessage): (name: string) => string | undefined {
  const header = headersOf(message);
  return (name) => {
    const value = header(name);
    if (value === undefined) return undefined;
    return addressHeaders.includes(name) ? shownAddresses(value) : shownHeader(value);
  };
}

/** Gmail gives the message itself no part id. Where it is one file, it goes by this. */
const WHOLE_MESSAGE = '0';

/** The files of a message, those without a part id left out. */
export const attachmentsOf = ({ payload }: FullMessage): (Part & { partId: string })[] =>
  contentsOf(payload).attachments.flatMap((part) =>
    part.partId === undefined ? [] : [{ ...part, partId: part.partId || WHOLE_MESSAGE }],
  );

/** A message as an action shows it. */
export async function shownMessage(
  message: FullMessage,
  maxTextLength: number,
  read: ReadBody,
): Promise<z.output<typeof readMessage>> {
  // A conversation has many.
  await nextTurn();
  const header = shownHeadersOf(message);
  const { text, isCut } = await readLetter(message, { most: maxTextLength, read });
  const { internalDate, snippet } = message;
  const shown = text.trim() === '' && isCut ? decodeHTML(snippet ?? '') : text;
  return {
    id: message.id,
    threadId: message.threadId,
    labelIds: message.labelIds,
    from: header('from'),
    to: header('to'),
    cc: header('cc'),
    replyTo: header('reply-to'),
    subject: header('subject'),
    receivedAt: internalDate === undefined ? undefined : new Date(internalDate).toISOString(),
    text: shown.slice(0, maxTextLength).toWellFormed(),
    isTruncated: isCut || shown.length > maxTextLength,
    attachments: attachmentsOf(message).map((part) => ({
      partId: part.partId,
      filename: shownHeader(part.filename),
      mimeType: part.mimeType,
      size: part.body.size,
      isInline: /^\s*inline\b/i.test(headerOf(part, 'content-disposition') ?? ''),
    })),
  };
}
