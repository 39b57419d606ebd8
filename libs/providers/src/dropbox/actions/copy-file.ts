import { dropbox } from '../definition.js';
import { entry } from '../entry.js';
import { lookUp } from '../look-up.js';
import { relocated, relocation, relocationBody } from '../relocation.js';

/** https://www.dropbox.com/developers/documentation/http/documentation#files-copy */
export const copyFile = dropbox.action({
  name: 'files.copy',
  title: 'Copy in Dropbox',
  summary: 'Copies one file, or a folder with all in it. Something at the new path is a conflict.',
  effect: 'write',
  preview: ({ from, to }) => `Copy ${from} to ${to}.`,
  idempotency: 'read_back',
  scopes: ['files.content.write'],
  recoverScopes: ['files.metadata.read'],
  input: relocation.meta({ examples: [{ from: '/Reports/2026.pdf', to: '/Archive/2026.pdf' }] }),
  output: entry,
  run: ({ input, http }) => http.post('/files/copy_v2', { body: relocationBody(input), response: relocated }),
  recover: async ({ input, http }) => {
    const [source, target] = [await lookUp(http, input.from), await lookUp(http, input.to)];
    if (!target) return { absent: true };
    if (target.contentHash !== undefined && target.contentHash === source?.contentHash)
      return { found: target };
    return { unknown: 'something is at the new path, and nothing shows whether it is the copy' };
  },
});
