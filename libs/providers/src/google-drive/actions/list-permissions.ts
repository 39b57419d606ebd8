import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { googleDrive } from '../definition.js';
import { fileId } from '../file.js';
import { permission, permissionFields, permissionPage } from '../permission.js';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/list */
export const listPermissions = googleDrive.action({
  name: 'permissions.list',
  title: 'See who a file is shared with',
  summary:
    'Lists the people, groups, domains and links that have access to one file or folder, and their roles.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/drive.metadata.readonly'],
  input: z
    .strictObject({
      fileId,
      pageToken: z.string().max(2048).optional().describe('nextPageToken of the last answer'),
    })
    .meta({ examples: [{ fileId: '9z8Y7x' }] }),
  output: z.object({
    permissions: z.array(permission).describe('Who has access'),
    nextPageToken: z
      .string()
      .optional()
      .describe('Give it as pageToken for the next page; absent on the last'),
  }),
  run: ({ input, http }) =>
    http.get(apiPath`/files/${input.fileId}/permissions`, {
      query: {
        pageSize: 100,
        pageToken: input.pageToken,
        fields: `nextPageToken,permissions(${permissionFields})`,
        supportsAllDrives: true,
      },
      response: permissionPage,
    }),
});
