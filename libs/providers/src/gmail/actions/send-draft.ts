import { z } from 'zod';
import { gmail } from '../definition.js';
import { draftId } from '../draft.js';
import { addressesIn } from '../address-header.js';
import { readDraft } from '../read-draft.js';
import { findByMessageId, searchLagMs, sentMessage } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts/send */
export const sendDraft = gmail.action({
  name: 'drafts.send',
  title: 'Send a draft',
  summary: 'Sends a draft to its recipients at once; the draft is gone then. It cannot be taken back.',
  effect: 'write',
  preview: ({ draftId }) =>
    `Send the draft ${draftId} to whoever it is addressed to. It cannot be taken back.`,
  groups: ['sends'],
  findRecipients: async ({ input, http }) => {
    const draft = await readDraft(http, input.draftId);
    const { headers = [] } = draft?.message.payload ?? {};
    const values = headers.filter(({ name }) => /^(to|cc|bcc)$/i.test(name)).map(({ value }) => value);
    return addressesIn(...values).map(({ address }) => address);
  },
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.compose'],
  recoverScopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  settleMs: searchLagMs,
  input: z
    .strictObject({
      draftId,
      rfc822MessageId: z
        .string()
        .max(250)
        .regex(/^[\x21\x23-\x27\x2a-\x3b\x3d\x3f-\x7e]+$/, 'not a Message-ID')
        .optional()
        .describe('rfc822MessageId of the draft; lets a lost answer be cleared up'),
    })
    .meta({ examples: [{ draftId: 'r-7000000000000000001' }] }),
  output: sentMessage,
  run: ({ input, http }) =>
    http.post('/users/me/drafts/send', { body: { id: input.draftId }, response: sentMessage }),
  recover: async ({ input, http }) => {
    if (await readDraft(http, input.draftId)) return { absent: true };
    const found = input.rfc822MessageId ? await findByMessageId(http, input.rfc822MessageId) : undefined;
    return found ? { found } : { unknown: 'the draft is gone: sent or deleted' };
  },
});
