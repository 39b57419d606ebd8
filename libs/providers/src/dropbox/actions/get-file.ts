import { z } from 'zod';
import { dropbox } from '../definition.js';
import { entry } from '../entry.js';
import { metadataOf } from '../look-up.js';
import { existingPath } from '../paths.js';

export const getFile = dropbox.action({
  name: 'files.get',
  title: 'See details of a file',
  summary: 'Returns name, path, size, revision and content hash of one file or folder. No content.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['files.metadata.read'],
  input: z
    .strictObject({ path: existingPath.describe('Path or id') })
    .meta({ examples: [{ path: '/Reports/2026.pdf' }] }),
  output: entry,
  run: ({ input, http }) => metadataOf(http, input.path),
});
