import { z } from 'zod';
import { ProviderError } from '../../core/provider-error.js';
import { dropbox } from '../definition.js';
import { linkMetadata } from '../shared-link.js';

const revoked = z.object({ url: z.string().describe('Address that no longer works') });

/** https://www.dropbox.com/developers/documentation/http/documentation#sharing-revoke_shared_link */
export const revokeLink = dropbox.action({
  name: 'links.revoke',
  title: 'End a link in Dropbox',
  summary:
    'Lets one shared link no longer work. Files stay reachable by links of the folders that they are in.',
  effect: 'write',
  preview: ({ url }) => `End the link ${url}.`,
  idempotency: 'read_back',
  scopes: ['sharing.write'],
  recoverScopes: ['sharing.read'],
  input: z
    .strictObject({ url: z.url().max(2000).describe('Address of the link') })
    .meta({ examples: [{ url: 'https://www.dropbox.com/s/2sn712vy1ovegw8/2026.pdf?dl=0' }] }),
  output: revoked,
  run: async ({ input, http }) => {
    await http.post('/sharing/revoke_shared_link', {
      body: input,
      response: z.union([z.null(), z.undefined()]),
    });
    return input;
  },
  recover: async ({ input, http }) => {
    try {
      await http.post('/sharing/get_shared_link_metadata', { body: input, response: linkMetadata });
      return { absent: true };
    } catch (error) {
      if (error instanceof ProviderError && error.code === 'not_found') return { found: input };
      throw error;
    }
  },
});
