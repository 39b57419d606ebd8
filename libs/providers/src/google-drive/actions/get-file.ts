import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { googleDrive } from '../definition.js';
import { driveFile, driveFileFields, fileId, storedFile } from '../file.js';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get */
export const getFile = googleDrive.action({
  name: 'files.get',
  title: 'See details of a file',
  summary:
    'Returns name, type, size, folder and link of one file or folder, shared drives included. No content.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/drive.metadata.readonly'],
  input: z.strictObject({ fileId }).meta({ examples: [{ fileId: '1a2B3c4D5e6F' }] }),
  output: driveFile,
  run: ({ input, http }) =>
    http.get(apiPath`/files/${input.fileId}`, {
      query: { fields: driveFileFields, supportsAllDrives: true },
      response: storedFile,
    }),
});
