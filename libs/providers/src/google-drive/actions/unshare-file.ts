import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { ProviderError } from '../../core/provider-error.js';
import { openToApp } from '../app-files.js';
import { googleDrive } from '../definition.js';
import { fileId } from '../file.js';
import { permission } from '../permission.js';

const removed = z.object({
  fileId: z.string().describe('File id'),
  permissionId: z.string().describe('Permission id that is gone'),
});

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions/delete */
export const unshareFile = googleDrive.action({
  name: 'files.unshare',
  title: 'Stop sharing a file in Drive',
  summary:
    'Takes one permission away from a file. Without full Drive access only files made or opened with this app.',
  effect: 'write',
  preview: ({ fileId: id, permissionId }) => `End the access ${permissionId} to the file ${id}.`,
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/drive.file'],
  input: z
    .strictObject({ fileId, permissionId: z.string().min(1).max(200).describe('Permission id') })
    .meta({ examples: [{ fileId: '9z8Y7x', permissionId: '0123456789' }] }),
  output: removed,
  run: async ({ input, http }) => {
    await openToApp(
      http.delete(apiPath`/files/${input.fileId}/permissions/${input.permissionId}`, {
        query: { supportsAllDrives: true },
        response: z.undefined(),
      }),
    );
    return input;
  },
  recover: async ({ input, http }) => {
    try {
      await http.get(apiPath`/files/${input.fileId}/permissions/${input.permissionId}`, {
        query: { supportsAllDrives: true, fields: 'id,type,role' },
        response: permission,
      });
      return { absent: true };
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'not_found') return { found: input };
      throw error;
    }
  },
});
