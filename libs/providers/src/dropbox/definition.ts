import { describeProvider } from '../core/provider.js';

/** Dropbox API v2. */
export const dropbox = describeProvider({
  id: 'dropbox',
  displayName: 'Dropbox',
  connector: 'dropbox',
  apiBaseUrl: 'https://api.dropboxapi.com/2',
  contentBaseUrl: 'https://content.dropboxapi.com/2',
  scopes: {
    'files.metadata.read': {
      description: 'See the names and details of your files and folders, but not what is in them.',
    },
  },
});
