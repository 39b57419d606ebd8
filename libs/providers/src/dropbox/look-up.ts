import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';
import { dropboxEntry, type DropboxEntry } from './entry.js';

/** https://www.dropbox.com/developers/documentation/http/documentation#files-get_metadata */
export const metadataOf = (http: ProviderHttp, path: string): Promise<DropboxEntry> =>
  http.post('/files/get_metadata', { body: { path }, response: dropboxEntry });

/** The entry at a path, or `undefined`. */
export async function lookUp(http: ProviderHttp, path: string): Promise<DropboxEntry | undefined> {
  try {
    return await metadataOf(http, path);
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}
