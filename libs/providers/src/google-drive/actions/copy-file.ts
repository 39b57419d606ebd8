import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { openToApp } from '../app-files.js';
import { googleDrive } from '../definition.js';
import { effectMark, findMarked, SETTLE_MS } from '../effect-mark.js';
import { driveFile, driveFileFields, fileId, fileName, storedFile } from '../file.js';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/copy */
export const copyFile = googleDrive.action({
  name: 'files.copy',
  title: 'Copy a file in Drive',
  summary:
    'Copies one file, not a folder. Without full Drive access only files made or opened with this app.',
  effect: 'write',
  preview: ({ fileId: id, name }) => `Copy the file ${id}${name === undefined ? '' : ` as ${quoted(name)}`}.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.file'],
  settleMs: SETTLE_MS,
  input: z
    .strictObject({
      fileId,
      name: fileName.optional().describe("'Copy of …' if left out"),
      folderId: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('Id of the folder to put the copy into; that of the original if left out'),
    })
    .meta({ examples: [{ fileId: '9z8Y7x', name: 'scan (copy).pdf' }] }),
  output: driveFile,
  run: ({ input, http, effectId }) =>
    openToApp(
      http.post(apiPath`/files/${input.fileId}/copy`, {
        query: { fields: driveFileFields, supportsAllDrives: true },
        body: {
          name: input.name,
          ...(input.folderId ? { parents: [input.folderId] } : {}),
          ...effectMark(effectId),
        },
        response: storedFile,
      }),
    ),
  recover: findMarked,
});
