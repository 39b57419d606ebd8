import { z } from 'zod';
import { effectKey } from '../../core/effect-key.js';
import { gmail } from '../definition.js';
import { newMessage, rawMessage } from '../new-message.js';

/** `.invalid` belongs to nobody (RFC 6761), so the id can't clash with a mail server's. */
const messageId = (effectId: string): string => `${effectKey(effectId)}@valetkey.invalid`;

const sent = z.object({ id: z.string(), threadId: z.string() });

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send */
export const sendMessage = gmail.action({
  name: 'messages.send',
  title: 'Send an e-mail',
  summary: "Sends a new message from the user's address at once. It cannot be taken back.",
  effect: 'write',
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.send'],
  recoverScopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  settleMs: 60_000,
  input: newMessage,
  output: z.object({
    id: z.string().describe('Gmail id of the message'),
    threadId: z.string().describe('Gmail id of its conversation'),
  }),
  run: async ({ input, http, effectId }) =>
    http.post('/users/me/messages/send', {
      body: { raw: await rawMessage(input, `<${messageId(effectId)}>`) },
      response: sent,
    }),
  recover: async ({ http, effectId }) => {
    const { messages } = await http.get('/users/me/messages', {
      query: { q: `rfc822msgid:${messageId(effectId)}`, includeSpamTrash: true, maxResults: 1 },
      response: z.object({ messages: z.array(sent).default([]) }),
    });
    return messages[0] ? { found: messages[0] } : { absent: true };
  },
});
