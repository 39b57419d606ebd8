import { describeProvider } from '../core/provider.js';
import { googleAnswers, googleProblem } from '../google/google-clients.js';

/** Google Drive API v3. */
export const googleDrive = describeProvider({
  id: 'google-drive',
  displayName: 'Google Drive',
  summary: 'Files, folders and who may see them.',
  connector: 'google',
  apiBaseUrl: 'https://www.googleapis.com/drive/v3',
  caseless: ['emailAddress', 'domain'],
  uploadBaseUrl: 'https://www.googleapis.com/upload/drive/v3',
  requestHeaders: ['x-goog-drive-resource-keys', 'x-upload-content-length', 'x-upload-content-type'],
  answers: {
    ...googleAnswers,
    // Google wants a credential at these too, some of which are on hosts of their own.
    followed: /^(thumbnailLink|downloadUri)$/,
    followedInside: /^exportLinks$/,
    content: /[?&]alt=media(&|$)|\/export(\?|$)/,
  },
  problemMembers: googleProblem,
  // https://developers.google.com/workspace/drive/api/guides/limits
  budgets: [{ name: 'requests', units: 12_000, windowMs: 60_000, costs: [{ units: 1 }] }],
  scopes: {
    'https://www.googleapis.com/auth/drive.metadata.readonly': {
      description: 'See the names and details of all your files, but not what is in them.',
    },
    'https://www.googleapis.com/auth/drive.metadata': {
      description: 'See and change the names and details of all your files, but not what is in them.',
      implies: ['https://www.googleapis.com/auth/drive.metadata.readonly'],
    },
    'https://www.googleapis.com/auth/drive.readonly': {
      description: 'See and download all your files.',
      implies: ['https://www.googleapis.com/auth/drive.metadata.readonly'],
    },
    'https://www.googleapis.com/auth/drive.file': {
      description: 'See, create, change and delete only the files that you open or make with this app.',
    },
    'https://www.googleapis.com/auth/drive': {
      description: 'See, create, change and delete all your files.',
      implies: [
        'https://www.googleapis.com/auth/drive.file',
        'https://www.googleapis.com/auth/drive.metadata',
        'https://www.googleapis.com/auth/drive.readonly',
      ],
    },
  },
});
