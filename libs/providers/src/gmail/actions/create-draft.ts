import { z } from 'zod';
import { everyoneIn } from '../new-message.js';
import { listed, quoted, sentences } from '../../core/preview-words.js';
import { gmail } from '../definition.js';
import { draftMessage, gmailDraft, savedDraft, shownDraft } from '../draft.js';
import { ownMessageId, rawWithOwnId, searchLagMs } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.drafts/create */
export const createDraft = gmail.action({
  name: 'drafts.create',
  title: 'Write a draft',
  summary: 'Saves a message as a draft for the user to look at. It is not sent.',
  effect: 'write',
  preview: (input) =>
    sentences(
      `Write a draft with the subject ${quoted(input.subject)}.`,
      everyoneIn(input).length > 0 && `It is addressed to ${listed(everyoneIn(input))}.`,
      'It is not sent.',
    ),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.compose'],
  settleMs: searchLagMs,
  input: draftMessage.meta({
    examples: [{ to: ['ada@example.com'], subject: 'Minutes', text: 'Hello Ada,\n…' }],
  }),
  output: savedDraft,
  run: async ({ input, http, effectId }) =>
    shownDraft(
      await http.post('/users/me/drafts', {
        body: { message: { raw: await rawWithOwnId(input, effectId) } },
        response: gmailDraft,
      }),
      effectId,
    ),
  recover: async ({ http, effectId }) => {
    const { drafts } = await http.get('/users/me/drafts', {
      query: { q: `rfc822msgid:${ownMessageId(effectId)}`, maxResults: 1 },
      response: z.object({ drafts: z.array(gmailDraft).default([]) }),
    });
    return drafts[0] ? { found: shownDraft(drafts[0], effectId) } : { absent: true };
  },
});
