import { z } from 'zod';
import type { ProviderHttp } from '../../core/provider-http.js';
import { isOwn, replyTo } from '../answer-message.js';
import { gmail } from '../definition.js';
import { fetchMessage } from '../fetch-message.js';
import { messageId } from '../full-message.js';
import { bodiesThrough } from '../letter.js';
import { bodyText } from '../new-message.js';
import { recoverSent, searchLagMs, send, sentMessage } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users/getProfile */
async function ownAddress(http: ProviderHttp): Promise<string> {
  const response = z.object({ emailAddress: z.string() });
  return (await http.get('/users/me/profile', { response })).emailAddress;
}

/** https://developers.google.com/workspace/gmail/api/guides/threads */
export const replyToMessage = gmail.action({
  name: 'messages.reply',
  title: 'Reply to an e-mail',
  summary:
    'Sends a reply at once, in the same conversation and with the same subject, to the sender or to all. It cannot be taken back.',
  effect: 'write',
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly', 'https://www.googleapis.com/auth/gmail.send'],
  settleMs: searchLagMs,
  input: z
    .strictObject({
      messageId: messageId.describe('Gmail id of the message to answer'),
      text: bodyText.min(1).describe('The answer as plain text'),
      html: bodyText.optional().describe('The same answer as HTML; text remains the alternative'),
      replyAll: z.boolean().default(false).describe('Also to all other recipients of the message'),
      quote: z.boolean().default(true).describe('Quote the message below the answer'),
    })
    .meta({ examples: [{ messageId: '19a1c0ffee000003', text: 'Thank you, Grace.' }] }),
  output: sentMessage,
  run: async ({ input, http, effectId }) => {
    const original = await fetchMessage(http, input.messageId);
    const self = input.replyAll || isOwn(original) ? await ownAddress(http) : undefined;
    const answer = await replyTo(original, self, { ...input, read: bodiesThrough(http) });
    return send(http, answer, effectId, original.threadId);
  },
  recover: recoverSent,
});
