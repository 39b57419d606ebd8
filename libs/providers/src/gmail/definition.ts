import { describeProvider } from '../core/provider.js';
import { googleAnswers, googleProblem } from '../google/google-clients.js';
import { quotaUnits } from './quota-units.js';

/** Gmail API v1. */
export const gmail = describeProvider({
  id: 'gmail',
  displayName: 'Gmail',
  summary: 'Mail: messages, drafts and labels.',
  connector: 'google',
  apiBaseUrl: 'https://gmail.googleapis.com/gmail/v1',
  requestHeaders: ['x-upload-content-length', 'x-upload-content-type'],
  caseless: ['to', 'cc', 'bcc', 'replyTo'],
  uploadBaseUrl: 'https://gmail.googleapis.com/upload/gmail/v1',
  answers: googleAnswers,
  problemMembers: googleProblem,
  budgets: [quotaUnits],
  scopes: {
    'https://www.googleapis.com/auth/gmail.readonly': {
      description: 'Read your mail and your mail settings.',
    },
    'https://www.googleapis.com/auth/gmail.send': {
      description: 'Send mail as you, without reading any.',
    },
    'https://www.googleapis.com/auth/gmail.compose': {
      description: 'Manage your drafts and send mail as you.',
      implies: ['https://www.googleapis.com/auth/gmail.send'],
    },
    'https://www.googleapis.com/auth/gmail.labels': {
      description: 'See and change the labels of your mailbox, without reading any mail.',
    },
    'https://www.googleapis.com/auth/gmail.modify': {
      description: 'Read, write, send and file your mail, but not delete it for good.',
      implies: [
        'https://www.googleapis.com/auth/gmail.readonly',
        'https://www.googleapis.com/auth/gmail.compose',
        'https://www.googleapis.com/auth/gmail.labels',
      ],
    },
    'https://mail.google.com/': {
      description: 'Read, write, send and permanently delete all your mail.',
      implies: ['https://www.googleapis.com/auth/gmail.modify'],
    },
  },
});
