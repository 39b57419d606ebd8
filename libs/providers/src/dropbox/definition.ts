import { describeProvider } from '../core/provider.js';

/** Paths that Dropbox's own client sends to the content host. */
const CONTENT =
  /\/(files\/((alpha\/)?upload|download(_zip)?|export|get_preview|get_thumbnail(_v2|_batch)?|upload_session\/(start|append(_v2)?|finish))|sharing\/get_shared_link_file)$/;

const HOUR_MS = 3_600_000;

/** Dropbox API v2. */
export const dropbox = describeProvider({
  id: 'dropbox',
  displayName: 'Dropbox',
  summary: 'Files, folders and shared links.',
  connector: 'dropbox',
  apiBaseUrl: 'https://api.dropboxapi.com/2',
  caseless: ['path', 'from', 'to'],
  contentBaseUrl: 'https://content.dropboxapi.com/2',
  requestHeaders: ['dropbox-api-arg', 'dropbox-api-path-root'],
  otherBases: [{ base: 'contentBaseUrl', path: CONTENT }],
  answers: {
    headers: /^(dropbox-api-result|x-dropbox-request-id|original-content-length)$/,
    capabilities: [
      { path: /\/files\/get_temporary_link$/, member: 'link', kind: 'download', livesMs: 4 * HOUR_MS },
      { path: /\/files\/get_temporary_upload_link$/, member: 'link', kind: 'upload', livesMs: 4 * HOUR_MS },
    ],
    content: CONTENT,
  },
  problemMembers: ({ code, detail }) => ({
    error_summary: `${code}/${detail}`,
    error: { '.tag': code },
    user_message: { locale: 'en', text: detail },
  }),
  // Writes of one account contend for its lock: https://developers.dropbox.com/dbx-performance-guide
  oneAtATime:
    /\/files\/(upload|upload_session\/(append_v2|finish)|create_folder_v2|copy_v2|move_v2|delete_v2)$|\/sharing\/(create|modify|revoke)_shared_link/,
  scopes: {
    'account_info.read': {
      description: 'See your name, your e-mail address and the kind of your account.',
    },
    'files.metadata.read': {
      description: 'See the names and details of your files and folders, but not what is in them.',
    },
    'files.content.read': {
      description: 'Read and download all your files.',
    },
    'files.content.write': {
      description: 'Create, change, move and delete your files and folders.',
    },
    'sharing.read': {
      description: 'See the links with which your files and folders are shared.',
    },
    'sharing.write': {
      description: 'Make and remove links with which your files and folders are shared.',
    },
  },
});
