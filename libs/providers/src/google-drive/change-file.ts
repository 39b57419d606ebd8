import type { Recovery } from '../core/action.js';
import { apiPath } from '../core/api-path.js';
import type { ProviderHttp, Query } from '../core/provider-http.js';
import { driveFileFields, storedFile, type StoredFile } from './file.js';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/update */
export const changeFile = (
  http: ProviderHttp,
  id: string,
  body: object,
  query: Query = {},
): Promise<StoredFile> =>
  http.patch(apiPath`/files/${id}`, {
    query: { fields: driveFileFields, supportsAllDrives: true, ...query },
    body,
    response: storedFile,
  });

export const currentFile = (http: ProviderHttp, id: string): Promise<StoredFile> =>
  http.get(apiPath`/files/${id}`, {
    query: { fields: driveFileFields, supportsAllDrives: true },
    response: storedFile,
  });

/** Whether the file already is as wanted: then there is nothing left to do. */
export async function isAlready(
  http: ProviderHttp,
  id: string,
  wanted: (file: StoredFile) => boolean,
): Promise<Recovery<StoredFile>> {
  const file = await currentFile(http, id);
  return wanted(file) ? { found: file } : { absent: true };
}
