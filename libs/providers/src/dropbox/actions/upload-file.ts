import { z } from 'zod';
import { sizeOf } from '../../core/preview-words.js';
import { contentBytes, contentMembers, oneContent } from '../../core/file-content.js';
import { contentHash } from '../content-hash.js';
import { dropbox } from '../definition.js';
import { entry } from '../entry.js';
import { lookUp } from '../look-up.js';
import { newPath } from '../paths.js';
import { upload } from '../upload.js';

const newFile = z
  .strictObject({
    path: newPath.describe('For example /Reports/2026.md; missing folders are made'),
    overwrite: z
      .boolean()
      .default(false)
      .describe('Replace what is there; otherwise another file there is a conflict'),
    rev: z
      .string()
      .regex(/^[0-9a-f]{9,}$/, 'is a revision')
      .optional()
      .describe('Replace the file only if this is still its revision'),
    ...contentMembers,
  })
  .superRefine(oneContent);

const modeOf = ({ rev, overwrite }: z.output<typeof newFile>) =>
  rev === undefined ? (overwrite ? 'overwrite' : 'add') : { '.tag': 'update', update: rev };

/** https://www.dropbox.com/developers/documentation/http/documentation#files-upload */
export const uploadFile = dropbox.action({
  name: 'files.upload',
  title: 'Upload a file to Dropbox',
  summary:
    'Stores text or base64 as a file, at most 20 MiB. What is there is replaced only if the input says so.',
  effect: 'write',
  preview: ({ path, overwrite, ...content }) =>
    `Write ${path} (${sizeOf(content)})${overwrite ? ', over what is there now' : ''}.`,
  idempotency: 'read_back',
  scopes: ['files.content.write'],
  recoverScopes: ['files.metadata.read'],
  input: newFile.meta({ examples: [{ path: '/Reports/notes.md', text: '# Notes' }] }),
  output: entry,
  run: ({ input, http, signal }) =>
    upload(http, { path: input.path, mode: modeOf(input) }, contentBytes(input), signal),
  recover: async ({ input, http }) => {
    const file = await lookUp(http, input.path);
    return file?.contentHash === contentHash(contentBytes(input)) ? { found: file } : { absent: true };
  },
});
