import { dropbox } from '../definition.js';
import { entry } from '../entry.js';
import { lookUp } from '../look-up.js';
import { relocated, relocation, relocationBody } from '../relocation.js';

/** https://www.dropbox.com/developers/documentation/http/documentation#files-move */
export const moveFile = dropbox.action({
  name: 'files.move',
  title: 'Move or rename in Dropbox',
  summary: 'Moves or renames one file, or a folder with all in it. Something at the new path is a conflict.',
  effect: 'write',
  preview: ({ from, to }) => `Move ${from} to ${to}.`,
  idempotency: 'read_back',
  scopes: ['files.content.write'],
  recoverScopes: ['files.metadata.read'],
  input: relocation.meta({ examples: [{ from: '/Inbox/scan.pdf', to: '/Reports/2026.pdf' }] }),
  output: entry,
  run: ({ input, http }) => http.post('/files/move_v2', { body: relocationBody(input), response: relocated }),
  recover: async ({ input, http }) => {
    const source = await lookUp(http, input.from);
    if (source && source.path !== input.to) return { absent: true };
    const target = await lookUp(http, input.to);
    return target ? { found: target } : { unknown: 'it is neither at the old path nor at the new one' };
  },
});
