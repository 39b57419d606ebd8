import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { gmail } from '../definition.js';
import { messageId } from '../full-message.js';
import { labelledMessage, readLabels } from '../labelled-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/trash */
export const trashMessage = gmail.action({
  name: 'messages.trash',
  title: 'Move an e-mail to the trash',
  summary:
    'Moves a message to the trash, where Gmail keeps it for 30 days. Removing the label TRASH brings it back.',
  effect: 'write',
  preview: ({ messageId }) =>
    `Move the e-mail ${messageId} to the trash. It is deleted for good after 30 days.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.modify'],
  input: z.strictObject({ messageId }).meta({ examples: [{ messageId: '19a1c0ffee000003' }] }),
  output: labelledMessage,
  run: ({ input, http }) =>
    http.post(apiPath`/users/me/messages/${input.messageId}/trash`, { response: labelledMessage }),
  recover: async ({ input, http }) => {
    const found = await readLabels(http, input.messageId);
    return found?.labelIds.includes('TRASH') ? { found } : { absent: true };
  },
});
