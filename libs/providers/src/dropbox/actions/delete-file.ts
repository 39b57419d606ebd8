import { z } from 'zod';
import { dropbox } from '../definition.js';
import { lookUp } from '../look-up.js';
import { existingPath } from '../paths.js';
import { relocated } from '../relocation.js';

/** https://www.dropbox.com/developers/documentation/http/documentation#files-delete */
export const deleteFile = dropbox.action({
  name: 'files.delete',
  title: 'Delete in Dropbox',
  summary:
    'Deletes one file, or a folder with all in it. Only the user can bring it back, on the web page of Dropbox, for some weeks.',
  effect: 'destructive',
  preview: ({ path }) => `Delete ${path}, with everything in it.`,
  idempotency: 'read_back',
  scopes: ['files.content.write'],
  recoverScopes: ['files.metadata.read'],
  input: z
    .strictObject({ path: existingPath.describe('Path or id') })
    .meta({ examples: [{ path: '/Inbox/scan.pdf' }] }),
  output: z.object({
    path: z.string().describe('Path or id that was given'),
    name: z.string().optional().describe('Name of what was deleted; absent if only its absence is known'),
  }),
  run: async ({ input, http }) => {
    const { name } = await http.post('/files/delete_v2', { body: { path: input.path }, response: relocated });
    return { path: input.path, name };
  },
  recover: async ({ input, http }) =>
    (await lookUp(http, input.path)) ? { absent: true } : { found: { path: input.path } },
});
