import { z } from 'zod';
import { googleDrive } from '../definition.js';
import { driveFile, driveFileFields } from '../file.js';

/** https://developers.google.com/workspace/drive/api/guides/search-files */
const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const input = z
  .strictObject({
    nameContains: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Words that the name begins with or contains'),
    mimeType: z.string().min(1).max(200).optional().describe('Only this type, for example application/pdf'),
    folderId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Only directly in this folder; 'root' is My Drive"),
    query: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('Further condition in the query language of Drive'),
    limit: z.int().min(1).max(200).default(25).describe('Files per page'),
    pageToken: z.string().max(2048).optional().describe('nextPageToken of the page before'),
  })
  .meta({ examples: [{ nameContains: 'budget', mimeType: 'application/vnd.google-apps.spreadsheet' }] });

function condition({ nameContains, mimeType, folderId, query }: z.output<typeof input>): string {
  return [
    'trashed = false',
    ...(nameContains ? [`name contains ${quoted(nameContains)}`] : []),
    ...(mimeType ? [`mimeType = ${quoted(mimeType)}`] : []),
    ...(folderId ? [`${quoted(folderId)} in parents`] : []),
    ...(query ? [`(${query})`] : []),
  ].join(' and ');
}

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list */
export const searchFiles = googleDrive.action({
  name: 'files.search',
  title: 'Search files in Drive',
  summary:
    'Finds files and folders by name, type, folder or Drive query, shared drives included. Returns details, not content.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/drive.metadata.readonly'],
  input,
  output: z.object({
    files: z.array(driveFile).describe('Files and folders'),
    nextPageToken: z
      .string()
      .optional()
      .describe('Give it as pageToken for the next page; absent on the last'),
  }),
  run: ({ input, http }) =>
    http.get('/files', {
      query: {
        q: condition(input),
        pageSize: input.limit,
        pageToken: input.pageToken,
        fields: `nextPageToken,files(${driveFileFields})`,
        supportsAllDrives: true,
        includeItemsFromAllDrives: true,
      },
      response: z.object({ files: z.array(driveFile).default([]), nextPageToken: z.string().optional() }),
    }),
});
