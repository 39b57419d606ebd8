import { z } from 'zod';
import { pieceMembers, pieceOutput } from '../../core/file-content.js';
import { googleDrive } from '../definition.js';
import { fileId } from '../file.js';
import { readPiece } from '../read-file.js';

/** https://developers.google.com/workspace/drive/api/guides/manage-downloads#download_blob_file_content */
export const downloadFile = googleDrive.action({
  name: 'files.download',
  title: 'Read a file',
  summary:
    'Returns the content of one file, as text or base64, piece by piece. Google documents have none: they are exported.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/drive.readonly'],
  input: z
    .strictObject({ fileId, ...pieceMembers })
    .meta({ examples: [{ fileId: '9z8Y7x', maxBytes: 65536 }] }),
  output: z.object({
    name: z.string().optional().describe('Name of the file'),
    mimeType: z.string().optional().describe('Type of the file'),
    ...pieceOutput,
  }),
  run: ({ input, http }) => readPiece(http, input),
});
