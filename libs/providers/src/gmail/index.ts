import { createDraft } from './actions/create-draft.js';
import { forwardMessage } from './actions/forward-message.js';
import { getAttachment } from './actions/get-attachment.js';
import { getMessage } from './actions/get-message.js';
import { getThread } from './actions/get-thread.js';
import { labelMessage } from './actions/label-message.js';
import { listLabels } from './actions/list-labels.js';
import { replyToMessage } from './actions/reply-to-message.js';
import { searchMessages } from './actions/search-messages.js';
import { sendDraft } from './actions/send-draft.js';
import { sendMessage } from './actions/send-message.js';
import { trashMessage } from './actions/trash-message.js';
import { updateDraft } from './actions/update-draft.js';
import { gmail } from './definition.js';
import { classifyFailure } from './errors.js';
import { requests } from './requests.js';

export const gmailProvider = gmail.with({
  actions: [
    searchMessages,
    getMessage,
    getThread,
    getAttachment,
    sendMessage,
    replyToMessage,
    forwardMessage,
    createDraft,
    updateDraft,
    sendDraft,
    listLabels,
    labelMessage,
    trashMessage,
  ],
  classifyFailure,
  requests,
});
