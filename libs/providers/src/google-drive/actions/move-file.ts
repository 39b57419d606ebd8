import { z } from 'zod';
import { changeFile, currentFile, isAlready } from '../change-file.js';
import { googleDrive } from '../definition.js';
import { driveFile, fileId } from '../file.js';

/** https://developers.google.com/workspace/drive/api/guides/folder#move-files */
export const moveFile = googleDrive.action({
  name: 'files.move',
  title: 'Move a file in Drive',
  summary: 'Moves one file or folder into another folder, out of the one it is in.',
  effect: 'write',
  preview: ({ fileId: id, folderId }) =>
    `Move the file ${id} to the folder ${folderId}. Whoever has access to that folder gets access to the file.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.metadata'],
  input: z
    .strictObject({ fileId, folderId: z.string().min(1).max(200).describe('Id of the folder to move it to') })
    .meta({ examples: [{ fileId: '9z8Y7x', folderId: '0B7folder' }] }),
  output: driveFile,
  run: async ({ input: { fileId: id, folderId }, http }) => {
    const { parents = [] } = await currentFile(http, id);
    const others = parents.filter((parent) => parent !== folderId);
    return changeFile(
      http,
      id,
      {},
      { addParents: folderId, ...(others.length ? { removeParents: others.join(',') } : {}) },
    );
  },
  recover: ({ input, http }) =>
    isAlready(http, input.fileId, ({ parents = [] }) => parents.includes(input.folderId)),
});
