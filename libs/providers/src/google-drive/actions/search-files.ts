import { z } from 'zod';
import { googleDrive } from '../definition.js';
import { driveFile, driveFileFields, storedFile } from '../file.js';
import { fileSearch, searchCondition } from '../file-search.js';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export const searchFiles = googleDrive.action({
  name: 'files.search',
  title: 'Search files in Drive',
  summary:
    'Finds files and folders by name, type, folder or Drive query, shared drives included. Returns details, not content.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/drive.metadata.readonly'],
  input: fileSearch,
  output: z.object({
    files: z.array(driveFile).describe('Files and folders'),
    incompleteSearch: z
      .boolean()
      .describe('Drive did not look everywhere: files may be missing; a folder or shared drive narrows it'),
    nextPageToken: z
      .string()
      .optional()
      .describe('Give it as pageToken for the next page; absent on the last'),
  }),
  run: ({ input, http }) =>
    http.get('/files', {
      query: {
        q: searchCondition(input),
        pageSize: input.limit,
        pageToken: input.pageToken,
        fields: `nextPageToken,incompleteSearch,files(${driveFileFields})`,
        corpora: 'allDrives',
        supportsAllDrives: true,
        includeItemsFromAllDrives: true,
      },
      response: z.object({
        files: z.array(storedFile).default([]),
        incompleteSearch: z.boolean().default(false),
        nextPageToken: z.string().optional(),
      }),
    }),
});
