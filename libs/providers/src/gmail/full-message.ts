import { z } from 'zod';
import { apiPath } from '../core/api-path.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { shownHeader } from './header-values.js';
import { headerOf, isAttachment, leavesOf, letterOf, type Part } from './message-parts.js';

export const messageId = z.string().min(1).max(256).describe('Gmail id of the message');

const attachment = z.object({
  partId: z.string().describe('Give it to gmail.attachments.get'),
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
  isTruncated: z.boolean().describe('Whether the text was cut at maxTextLength'),
  attachments: z.array(attachment).describe('Files that came along'),
});

/** Largest number that is still a date. */
const lastMoment = 8.64e15;

/** A message in Gmail's `full` format. */
export const gmailFullMessage = z.object({
  id: z.string(),
  threadId: z.string().optional(),
  labelIds: z.array(z.string()).optional(),
  internalDate: z.coerce.number().min(0).max(lastMoment).optional().catch(undefined),
  payload: z.unknown().optional(),
});

export type FullMessage = z.output<typeof gmailFullMessage>;

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/get */
export const fetchMessage = (http: ProviderHttp, id: string): Promise<FullMessage> =>
  http.get(apiPath`/users/me/messages/${id}`, { query: { format: 'full' }, response: gmailFullMessage });

const headersSchema = z.object({
  headers: z.array(z.object({ name: z.string(), value: z.string() })).catch([]),
});

/** Reads the headers of the message itself, as one line each. */
export function headersOf({ payload }: FullMessage): (name: string) => string | undefined {
  const top = headersSchema.safeParse(payload).data;
  return (name) => {
    const value = headerOf(top, name);
    return value === undefined ? undefined : shownHeader(value);
  };
}

/** The files of a message, those without a part id left out. */
export const attachmentsOf = (leaves: readonly Part[]): (Part & { partId: string })[] =>
  leaves.filter((part): part is Part & { partId: string } => isAttachment(part) && part.partId !== undefined);

/** A message as an action shows it. */
export function shownMessage(message: FullMessage, maxTextLength: number): z.output<typeof readMessage> {
  const header = headersOf(message);
  const leaves = leavesOf(message.payload);
  const { text } = letterOf(leaves);
  const { internalDate } = message;
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
    text: text.slice(0, maxTextLength).toWellFormed(),
    isTruncated: text.length > maxTextLength,
    attachments: attachmentsOf(leaves).map((part) => ({
      partId: part.partId,
      filename: shownHeader(part.filename),
      mimeType: part.mimeType,
      size: part.body.size,
      isInline: /^\s*inline\b/i.test(headerOf(part, 'content-disposition') ?? ''),
    })),
  };
}
