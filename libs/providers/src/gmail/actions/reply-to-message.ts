import { z } from 'zod';
import type { ProviderHttp } from '../../core/provider-http.js';
import { isOwn, replyTo } from '../answer-message.js';
import { gmail } from '../definition.js';
import { fetchMessage } from '../fetch-message.js';
import { messageId } from '../full-message.js';
import { bodiesThrough } from '../letter.js';
import { bodyText, type Mail } from '../new-message.js';
import { recoverSent, searchLagMs, send, sentMessage } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users/getProfile */
async function ownAddress(http: ProviderHttp): Promise<string> {
  const response = z.object({ emailAddress: z.string() });
  return (await http.get('/users/me/profile', { response })).emailAddress;
}

const replyInput = z
  .strictObject({
    messageId: messageId.describe('Gmail id of the message to answer'),
    text: bodyText.min(1).describe('The answer as plain text'),
    html: bodyText.optional().describe('The same answer as HTML; text remains the alternative'),
    replyAll: z.boolean().default(false).describe('Also to all other recipients of the message'),
    quote: z.boolean().default(true).describe('Quote the message below the answer'),
  })
  .meta({ examples: [{ messageId: '19a1c0ffee000003', text: 'Thank you, Grace.' }] });

/** The reply as it is sent, and the conversation that it belongs to. */
async function answerOf(
  http: ProviderHttp,
  input: z.output<typeof replyInput>,
): Promise<{ readonly mail: Mail; readonly threadId: string | undefined }> {
  const original = await fetchMessage(http, input.messageId);
  const self = input.replyAll || isOwn(original) ? await ownAddress(http) : undefined;
  const mail = await replyTo(original, self, { ...input, read: bodiesThrough(http) });
  return { mail, threadId: original.threadId };
}

/** https://developers.google.com/workspace/gmail/api/guides/threads */
export const replyToMessage = gmail.action({
  name: 'messages.reply',
  title: 'Reply to an e-mail',
  summary:
    'Sends a reply at once, in the same conversation and with the same subject, to the sender or to all. It cannot be taken back.',
  effect: 'write',
  preview: ({ messageId, replyAll }) =>
    `Answer the e-mail ${messageId}, to ${replyAll ? 'everyone on it' : 'its sender'}. It cannot be taken back.`,
  groups: ['sends'],
  findRecipients: async ({ input, http }) => {
    const { to = [], cc = [] } = (await answerOf(http, input)).mail;
    return [...to, ...cc].map((one) => (typeof one === 'string' ? one : one.address));
  },
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly', 'https://www.googleapis.com/auth/gmail.send'],
  settleMs: searchLagMs,
  input: replyInput,
  output: sentMessage,
  run: async ({ input, http, effectId }) => {
    const { mail, threadId } = await answerOf(http, input);
    return send(http, mail, effectId, threadId);
  },
  recover: recoverSent,
});
