import { z } from 'zod';
import { gmail } from '../definition.js';
import { fetchMessage } from '../fetch-message.js';
import { messageId, readMessage, shownMessage } from '../full-message.js';
import { bodiesThrough } from '../letter.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/get */
export const getMessage = gmail.action({
  name: 'messages.get',
  title: 'Read an e-mail',
  summary:
    'Reads one message: sender, recipients, subject, text, and a list of its attachments without their content. It is not marked as read.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  input: z
    .strictObject({
      messageId,
      maxTextLength: z.int().min(100).max(200_000).default(20_000).describe('Characters of text at most'),
    })
    .meta({ examples: [{ messageId: '19a1c0ffee000003' }] }),
  output: readMessage,
  run: async ({ input, http }) =>
    shownMessage(await fetchMessage(http, input.messageId), input.maxTextLength, bodiesThrough(http)),
});
