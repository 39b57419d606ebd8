import { z } from 'zod';
import { gmail } from '../definition.js';
import { fetchConversation } from '../fetch-message.js';
import { readMessage, shownMessage } from '../full-message.js';
import { bodiesThrough } from '../letter.js';

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
    const { id, messages, messageCount } = await fetchConversation(http, threadId, limit);
    const read = bodiesThrough(http);
    const shown: z.output<typeof readMessage>[] = [];
    for (const message of messages) shown.push(await shownMessage(message, maxTextLength, read));
    return { id, messages: shown, messageCount };
  },
});
