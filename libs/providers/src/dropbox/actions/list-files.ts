import { z } from 'zod';
import { dropbox } from '../definition.js';
import { dropboxEntry, entry } from '../entry.js';
import { folderPath } from '../paths.js';

/** https://www.dropbox.com/developers/documentation/http/documentation#files-list_folder */
export const listFiles = dropbox.action({
  name: 'files.list',
  title: 'List files in Dropbox',
  summary: 'Lists the files and folders in one folder, on request with all that is below it.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['files.metadata.read'],
  input: z
    .strictObject({
      path: folderPath.describe('For example /Reports; empty for the top'),
      recursive: z.boolean().default(false).describe('Also everything below the folder'),
      limit: z.int().min(1).max(2000).default(100).describe('Entries per page, roughly'),
      cursor: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('nextCursor of the last answer; the rest is then ignored'),
    })
    .meta({ examples: [{ path: '/Reports', recursive: true }] }),
  output: z.object({
    entries: z.array(entry).describe('Files and folders'),
    nextCursor: z.string().optional().describe('Give it as cursor for the next page; absent on the last'),
  }),
  run: async ({ input, http }) => {
    const { cursor, ...folder } = input;
    const response = z.object({ entries: z.array(dropboxEntry), cursor: z.string(), has_more: z.boolean() });
    const page = cursor
      ? await http.post('/files/list_folder/continue', { body: { cursor }, response })
      : await http.post('/files/list_folder', { body: folder, response });
    return { entries: page.entries, ...(page.has_more ? { nextCursor: page.cursor } : {}) };
  },
});
