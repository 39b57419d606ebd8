import { z } from 'zod';
import { changeFile, isAlready } from '../change-file.js';
import { googleDrive } from '../definition.js';
import { driveFile, fileId } from '../file.js';

export const restoreFile = googleDrive.action({
  name: 'files.restore',
  title: 'Take a file out of the bin',
  summary: 'Puts one file or folder that is in the bin back where it was.',
  effect: 'write',
  preview: ({ fileId: id }) => `Take the file ${id} out of the trash.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.metadata'],
  input: z.strictObject({ fileId }).meta({ examples: [{ fileId: '9z8Y7x' }] }),
  output: driveFile,
  run: ({ input, http }) => changeFile(http, input.fileId, { trashed: false }),
  recover: ({ input, http }) => isAlready(http, input.fileId, ({ trashed }) => trashed !== true),
});
