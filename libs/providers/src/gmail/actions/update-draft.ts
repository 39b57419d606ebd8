import { everyoneIn } from '../new-message.js';
import { listed, quoted, sentences } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { gmail } from '../definition.js';
import { draftId, draftMessage, gmailDraft, savedDraft, shownDraft } from '../draft.js';
import { headerOf } from '../message-parts.js';
import { readDraft } from '../read-draft.js';
import { ownMessageId, rawWithOwnId } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts/update */
export const updateDraft = gmail.action({
  name: 'drafts.update',
  title: 'Rewrite a draft',
  summary: 'Replaces the whole content of a draft, recipients and attachments included. It is not sent.',
  effect: 'write',
  preview: (input) =>
    sentences(
      `Replace the draft ${input.draftId} by one with the subject ${quoted(input.subject)}.`,
      everyoneIn(input).length > 0 && `It is addressed to ${listed(everyoneIn(input))}.`,
      'It is not sent.',
    ),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.compose'],
  input: draftMessage.extend({ draftId }).meta({
    examples: [{ draftId: 'r-7000000000000000001', to: ['ada@example.com'], subject: 'Minutes', text: 'Hi' }],
  }),
  output: savedDraft,
  run: async ({ input, http, effectId }) => {
    const { draftId: id, ...mail } = input;
    const draft = await http.put(apiPath`/users/me/drafts/${id}`, {
      body: { message: { raw: await rawWithOwnId(mail, effectId) } },
      response: gmailDraft,
    });
    return shownDraft(draft, effectId);
  },
  recover: async ({ input, http, effectId }) => {
    const draft = await readDraft(http, input.draftId);
    if (!draft) return { unknown: 'the draft is gone: sent or deleted' };
    const isOurs = headerOf(draft.message.payload, 'message-id') === `<${ownMessageId(effectId)}>`;
    return isOurs ? { found: shownDraft(draft, effectId) } : { absent: true };
  },
});
