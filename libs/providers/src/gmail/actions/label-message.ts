import { z } from 'zod';
import { listed, sentences } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { gmail } from '../definition.js';
import { messageId } from '../full-message.js';
import { labelledMessage, readLabels } from '../labelled-message.js';

const labelIds = z.array(z.string().min(1).max(256)).max(100).default([]);

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/modify */
export const labelMessage = gmail.action({
  name: 'messages.label',
  title: 'Label, archive or mark an e-mail',
  summary:
    'Adds and removes labels of a message: removing INBOX archives it, removing UNREAD marks it as read, removing TRASH takes it out of the trash.',
  effect: 'write',
  preview: ({ messageId, addLabelIds: added, removeLabelIds: removed }) =>
    sentences(
      `Change the labels of the e-mail ${messageId}.`,
      added && added.length > 0 && `Add ${listed(added)}.`,
      removed && removed.length > 0 && `Remove ${listed(removed)}.`,
    ),
  alsoDoes: ({ addLabelIds }) =>
    addLabelIds.some((label) => label.trim().toUpperCase() === 'TRASH') ? ['messages.trash'] : [],
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.modify'],
  input: z
    .strictObject({
      messageId,
      addLabelIds: labelIds.describe('Ids of labels to add'),
      removeLabelIds: labelIds.describe('Label ids to remove'),
    })
    .refine(
      ({ addLabelIds, removeLabelIds }) => addLabelIds.length + removeLabelIds.length > 0,
      'names no label to add or remove',
    )
    .meta({ examples: [{ messageId: '19a1c0ffee000003', removeLabelIds: ['UNREAD'] }] }),
  output: labelledMessage,
  run: ({ input, http }) => {
    const { messageId: id, ...change } = input;
    return http.post(apiPath`/users/me/messages/${id}/modify`, { body: change, response: labelledMessage });
  },
  recover: async ({ input, http }) => {
    const found = await readLabels(http, input.messageId);
    const isDone =
      found &&
      input.addLabelIds.every((label) => found.labelIds.includes(label)) &&
      !input.removeLabelIds.some((label) => found.labelIds.includes(label));
    return isDone ? { found } : { absent: true };
  },
});
