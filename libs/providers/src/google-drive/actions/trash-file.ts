import { z } from 'zod';
import { changeFile, isAlready } from '../change-file.js';
import { googleDrive } from '../definition.js';
import { driveFile, fileId } from '../file.js';

export const trashFile = googleDrive.action({
  name: 'files.trash',
  title: 'Move a file to the bin',
  summary:
    'Puts one file, or a folder with all in it, into the bin, for 30 days. Until then it can be restored.',
  effect: 'write',
  preview: ({ fileId: id }) => `Move the file ${id} to the trash. It is deleted for good after 30 days.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.metadata'],
  input: z.strictObject({ fileId }).meta({ examples: [{ fileId: '9z8Y7x' }] }),
  output: driveFile,
  run: ({ input, http }) => changeFile(http, input.fileId, { trashed: true }),
  recover: ({ input, http }) => isAlready(http, input.fileId, ({ trashed }) => trashed === true),
});
