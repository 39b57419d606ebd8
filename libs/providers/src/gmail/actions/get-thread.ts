import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { gmail } from '../definition.js';
import { gmailFullMessage, readMessage, shownMessage } from '../full-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.threads/get */
export const getThread = gmail.action({
  name: 'threads.get',
  title: 'Read a conversation',
  summary:
    'Reads the latest messages of one conversation with their text, the oldest of them first. It does not return attachments.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  input: z
    .strictObject({
      threadId: z.string().min(1).max(256).describe('Gmail id of the conversation'),
      limit: z.int().min(1).max(100).default(20).describe('Messages at most, the latest'),
      maxTextLength: z.int().min(100).max(50_000).default(5000).describe('Characters of text per message'),
    })
    .meta({ examples: [{ threadId: '19a1c0ffee000003' }] }),
  output: z.object({
    id: z.string().describe('Gmail id of the conversation'),
    messages: z.array(readMessage).describe('Its latest messages, the oldest of them first'),
    messageCount: z.int().describe('How many messages it has in all'),
  }),
  run: async ({ input, http }) => {
    const { threadId, limit, maxTextLength } = input;
    const { id, messages } = await http.get(apiPath`/users/me/threads/${threadId}`, {
      query: { format: 'full' },
      response: z.object({ id: z.string(), messages: z.array(gmailFullMessage).default([]) }),
    });
    const shown = messages.slice(-limit).map((message) => shownMessage(message, maxTextLength));
    return { id, messages: shown, messageCount: messages.length };
  },
});
