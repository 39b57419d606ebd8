import { z } from 'zod';
import { pieceMembers, pieceOutput } from '../../core/file-content.js';
import { dropbox } from '../definition.js';
import { existingPath } from '../paths.js';
import { readPiece } from '../read-file.js';

/** https://www.dropbox.com/developers/documentation/http/documentation#files-download */
export const downloadFile = dropbox.action({
  name: 'files.download',
  title: 'Read a file',
  summary:
    'Returns the content of one file, as text or base64, piece by piece. Paper documents cannot be read.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['files.content.read'],
  input: z
    .strictObject({ path: existingPath.describe('Path or id of the file'), ...pieceMembers })
    .meta({ examples: [{ path: '/Reports/2026.txt', maxBytes: 65536 }] }),
  output: z.object({
    name: z.string().describe('Name of the file'),
    path: z.string().optional().describe('Path as displayed'),
    rev: z.string().optional().describe('Revision that was read'),
    contentHash: z.string().optional().describe('Dropbox content hash of the whole file'),
    ...pieceOutput,
  }),
  run: ({ input, http }) => readPiece(http, input),
});
