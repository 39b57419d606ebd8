import { searchMessages } from './actions/search-messages.js';
import { sendMessage } from './actions/send-message.js';
import { gmail } from './definition.js';
import { classifyFailure } from './errors.js';

export const gmailProvider = gmail.with({ actions: [searchMessages, sendMessage], classifyFailure });
