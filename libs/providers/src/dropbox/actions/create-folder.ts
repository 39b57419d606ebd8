import { z } from 'zod';
import { dropbox } from '../definition.js';
import { dropboxEntry, entry } from '../entry.js';
import { lookUp } from '../look-up.js';
import { newPath } from '../paths.js';

/** `create_folder_v2` answers without a tag. */
const created = z
  .object({ metadata: z.looseObject({}) })
  .transform(({ metadata }) => ({ ...metadata, '.tag': 'folder' }))
  .pipe(dropboxEntry);

/** https://www.dropbox.com/developers/documentation/http/documentation#files-create_folder */
export const createFolder = dropbox.action({
  name: 'folders.create',
  title: 'Create a folder in Dropbox',
  summary:
    'Creates one folder, with those above it that are missing. Something of that name there is a conflict.',
  effect: 'write',
  preview: ({ path }) => `Create the folder ${path}.`,
  idempotency: 'read_back',
  scopes: ['files.content.write'],
  recoverScopes: ['files.metadata.read'],
  input: z
    .strictObject({ path: newPath.describe('For example /Reports/2026') })
    .meta({ examples: [{ path: '/Reports/2026' }] }),
  output: entry,
  run: ({ input, http }) =>
    http.post('/files/create_folder_v2', {
      body: { path: input.path, autorename: false },
      response: created,
    }),
  recover: async ({ input, http }) => {
    const there = await lookUp(http, input.path);
    return there?.kind === 'folder' ? { found: there } : { absent: true };
  },
});
