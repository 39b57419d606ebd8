import { listed, quoted } from '../../core/preview-words.js';
import { gmail } from '../definition.js';
import { everyoneIn, newMessage } from '../new-message.js';
import { recoverSent, searchLagMs, send, sentMessage } from '../sent-message.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send */
export const sendMessage = gmail.action({
  name: 'messages.send',
  title: 'Send an e-mail',
  summary: "Sends a new message from the user's address at once. It cannot be taken back.",
  effect: 'write',
  preview: (input) =>
    `Send an e-mail with the subject ${quoted(input.subject)} to ${listed(everyoneIn(input))}. It cannot be taken back.`,
  groups: ['sends'],
  recipients: everyoneIn,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/gmail.send'],
  recoverScopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  settleMs: searchLagMs,
  input: newMessage,
  output: sentMessage,
  run: ({ input, http, effectId }) => send(http, input, effectId),
  recover: recoverSent,
});
