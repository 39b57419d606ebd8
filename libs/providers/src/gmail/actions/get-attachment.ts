import { z } from 'zod';
import { attachmentIn, contentOf } from '../attachment-content.js';
import { gmail } from '../definition.js';
import { fetchMessage } from '../fetch-message.js';
import { messageId } from '../full-message.js';
import { shownHeader } from '../header-values.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages.attachments/get */
export const getAttachment = gmail.action({
  name: 'attachments.get',
  title: 'Download an attachment',
  summary:
    'Downloads one attachment of a message as base64. A larger one than maxBytes is refused before it is fetched.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  input: z
    .strictObject({
      messageId,
      partId: z.string().min(1).max(64).describe('partId of the attachment in its message'),
      maxBytes: z.int().min(1).max(5_000_000).default(1_000_000).describe('Largest size to download'),
    })
    .meta({ examples: [{ messageId: '19a1c0ffee000003', partId: '1' }] }),
  output: z.object({
    filename: z.string().describe('Name of the file, as the sender wrote it; do not use it as a path'),
    mimeType: z.string().describe('Media type, as the sender wrote it'),
    size: z.int().describe('Bytes'),
    contentBase64: z.string().describe('Content in base64'),
  }),
  run: async ({ input, http }) => {
    const part = attachmentIn(await fetchMessage(http, input.messageId), input.partId);
    const content = await contentOf(http, input.messageId, part, input.maxBytes);
    return {
      filename: shownHeader(part.filename),
      mimeType: part.mimeType,
      size: content.length,
      contentBase64: content.toString('base64'),
    };
  },
});
