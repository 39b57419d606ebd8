import { z } from 'zod';
import { dropbox } from '../definition.js';
import { dropboxEntry, entry } from '../entry.js';
import { folderPath } from '../paths.js';

const response = z.object({
  matches: z.array(z.object({ metadata: z.object({ metadata: dropboxEntry.optional() }) })),
  has_more: z.boolean(),
  cursor: z.string().optional(),
});

/** https://www.dropbox.com/developers/documentation/http/documentation#files-search */
export const searchFiles = dropbox.action({
  name: 'files.search',
  title: 'Search files in Dropbox',
  summary:
    'Finds files and folders by words in their names, and in their content where Dropbox has indexed it.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['files.metadata.read'],
  input: z
    .strictObject({
      query: z.string().min(1).max(1000).describe('Words to look for'),
      path: folderPath.describe('Only in this folder and below it; empty for everywhere'),
      onlyNames: z.boolean().default(false).describe('Look at names only'),
      limit: z.int().min(1).max(1000).default(25).describe('Matches per page'),
      cursor: z
        .string()
        .min(1)
        .max(4096)
        .optional()
        .describe('nextCursor of the last answer; the rest is then ignored'),
    })
    .meta({ examples: [{ query: 'budget', path: '/Reports' }] }),
  output: z.object({
    entries: z.array(entry).describe('Files and folders, best match first'),
    nextCursor: z.string().optional().describe('Give it as cursor for the next page; absent on the last'),
  }),
  run: async ({ input, http }) => {
    const { query, path, onlyNames, limit, cursor } = input;
    const options = { path, max_results: limit, filename_only: onlyNames };
    const page = cursor
      ? await http.post('/files/search/continue_v2', { body: { cursor }, response })
      : await http.post('/files/search_v2', { body: { query, options }, response });
    return {
      entries: page.matches.flatMap(({ metadata }) => metadata.metadata ?? []),
      ...(page.has_more && page.cursor ? { nextCursor: page.cursor } : {}),
    };
  },
});
