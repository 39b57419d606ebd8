import { z } from 'zod';
import { addresses, newMessage } from './new-message.js';
import { ownMessageId } from './sent-message.js';

export const draftId = z.string().min(1).max(256).describe('Gmail id of the draft');

/** The input for a draft: a message that need not be addressed yet. */
export const draftMessage = z.strictObject({
  ...newMessage.shape,
  to: addresses.default([]).describe('Recipients, plain e-mail addresses; may come later'),
});

export const savedDraft = z.object({
  id: draftId,
  messageId: z.string().describe('Gmail id of the message in it; changes with each update'),
  threadId: z.string().optional().describe('Gmail id of its conversation'),
  rfc822MessageId: z
    .string()
    .describe('Its Message-ID; given when the draft is sent, it lets a lost answer be cleared up'),
});

/** A draft as Gmail answers it. */
export const gmailDraft = z.object({
  id: z.string(),
  message: z.object({
    id: z.string(),
    threadId: z.string().optional(),
    payload: z
      .object({ headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]) })
      .optional(),
  }),
});

/** The draft as our actions show it. */
export const shownDraft = ({ id, message }: z.output<typeof gmailDraft>, effectId: string) => ({
  id,
  messageId: message.id,
  threadId: message.threadId,
  rfc822MessageId: ownMessageId(effectId),
});
