import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { pieceMembers, pieceOf, pieceOutput } from '../../core/file-content.js';
import { googleDrive } from '../definition.js';
import { fileId } from '../file.js';
import { aboutFile, MAX_EXPORT_BYTES } from '../read-file.js';

/** https://developers.google.com/workspace/drive/api/reference/rest/v3/files/export */
export const exportFile = googleDrive.action({
  name: 'files.export',
  title: 'Export a Google document',
  summary:
    'Converts a Google document, sheet or presentation and returns it, as text or base64, piece by piece. At most 10 MB in all.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/drive.readonly'],
  input: z
    .strictObject({
      fileId,
      mimeType: z
        .string()
        .min(1)
        .max(127)
        .describe('Type to convert to: text/plain, text/csv, text/markdown, application/pdf, …'),
      ...pieceMembers,
    })
    .meta({ examples: [{ fileId: '1a2B3c4D5e6F', mimeType: 'text/csv' }] }),
  output: z.object({
    name: z.string().optional().describe('Name of the document'),
    mimeType: z.string().describe('Type that it was converted to'),
    ...pieceOutput,
  }),
  run: async ({ input, http }) => {
    const { mimeType, offset, maxBytes, encoding } = input;
    const { id, name } = await aboutFile(http, input.fileId);
    const { bytes } = await http.bytes('GET', apiPath`/files/${id}/export`, {
      query: { mimeType },
      maxBytes: MAX_EXPORT_BYTES,
    });
    const piece = bytes.subarray(offset, offset + maxBytes);
    return { name, mimeType, ...pieceOf(piece, { offset, size: bytes.length, encoding }) };
  },
});
