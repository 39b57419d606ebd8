import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { changeFile, isAlready } from '../change-file.js';
import { googleDrive } from '../definition.js';
import { driveFile, fileId, fileName } from '../file.js';

export const renameFile = googleDrive.action({
  name: 'files.rename',
  title: 'Rename a file in Drive',
  summary: 'Gives one file or folder another name. Other files of that name in its folder stay as they are.',
  effect: 'write',
  preview: ({ fileId: id, name }) => `Rename the file ${id} to ${quoted(name)}.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.metadata'],
  input: z
    .strictObject({ fileId, name: fileName.describe('The new name') })
    .meta({ examples: [{ fileId: '9z8Y7x', name: 'invoice.pdf' }] }),
  output: driveFile,
  run: ({ input, http }) => changeFile(http, input.fileId, { name: input.name }),
  recover: ({ input, http }) => isAlready(http, input.fileId, ({ name }) => name === input.name),
});
