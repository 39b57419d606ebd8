import { z } from 'zod';
import { listed } from '../../core/preview-words.js';
import { forwardOf } from '../answer-message.js';
import { filesOf } from '../attachment-content.js';
import { gmail } from '../definition.js';
import { fetchMessage } from '../fetch-message.js';
import { messageId } from '../full-message.js';
import { bodiesThrough } from '../letter.js';
import { bodyText, everyoneIn, recipients } from '../new-message.js';
import { recoverSent, searchLagMs, send, sentMessage } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/guides/sending */
export const forwardMessage = gmail.action({
  name: 'messages.forward',
  title: 'Forward an e-mail',
  summary:
    'Sends a message on to others at once, below a note and with its attachments up to 5 MB. It cannot be taken back.',
  effect: 'write',
  preview: (input) =>
    `Forward the e-mail ${input.messageId} to ${listed(everyoneIn(input))}. It cannot be taken back.`,
  groups: ['sends'],
  recipients: everyoneIn,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly', 'https://www.googleapis.com/auth/gmail.send'],
  settleMs: searchLagMs,
  input: z
    .strictObject({
      messageId: messageId.describe('Gmail id of the message to forward'),
      ...recipients,
      text: bodyText.default('').describe('A note above the message, plain text'),
      includeAttachments: z.boolean().default(true).describe('Send its attachments along'),
    })
    .meta({ examples: [{ messageId: '19a1c0ffee000003', to: ['ada@example.com'], text: 'For you.' }] }),
  output: sentMessage,
  run: async ({ input, http, effectId }) => {
    const { to, cc, bcc, text, includeAttachments } = input;
    const original = await fetchMessage(http, input.messageId);
    const attachments = includeAttachments ? await filesOf(http, original) : [];
    const passedOn = await forwardOf(original, text, bodiesThrough(http));
    return send(http, { ...passedOn, to, cc, bcc, attachments }, effectId);
  },
  recover: recoverSent,
});
