import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { openToApp } from '../app-files.js';
import { googleDrive } from '../definition.js';
import { effectMark, findMarked, newFileId, SETTLE_MS } from '../effect-mark.js';
import { driveFile, driveFileFields, fileName, folderId, storedFile } from '../file.js';

/** https://developers.google.com/workspace/drive/api/guides/folder */
export const createFolder = googleDrive.action({
  name: 'folders.create',
  title: 'Create a folder in Drive',
  summary: 'Creates one folder. Drive allows several of one name, so look first where that matters.',
  effect: 'write',
  preview: ({ name, folderId }) =>
    `Create the folder ${quoted(name)} in ${folderId === undefined ? 'My Drive' : `the folder ${folderId}`}.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.file'],
  settleMs: SETTLE_MS,
  input: z
    .strictObject({ name: fileName.describe('Name of the folder'), folderId })
    .meta({ examples: [{ name: 'Reports' }] }),
  output: driveFile,
  run: async ({ input: { name, folderId: parent }, http, effectId }) =>
    openToApp(
      http.post('/files', {
        query: { fields: driveFileFields, supportsAllDrives: true },
        body: {
          id: await newFileId(http),
          name,
          mimeType: 'application/vnd.google-apps.folder',
          parents: [parent],
          ...effectMark(effectId),
        },
        response: storedFile,
      }),
    ),
  recover: findMarked,
});
