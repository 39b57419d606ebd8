import { inputTime } from '../../core/dates.js';
import { z } from 'zod';
import { dropbox } from '../definition.js';
import { existingPath } from '../paths.js';
import { existingLink, linkMetadata, linkOf, sharedLink, unexpectedAnswer } from '../shared-link.js';

const taken = z.object({
  error: z.object({
    '.tag': z.literal('shared_link_already_exists'),
    shared_link_already_exists: z.object({ metadata: linkMetadata }).optional().catch(undefined),
  }),
});

/** https://www.dropbox.com/developers/documentation/http/documentation#sharing-create_shared_link_with_settings */
export const createLink = dropbox.action({
  name: 'links.create',
  title: 'Share by link in Dropbox',
  summary:
    'Makes a link with which others can see one file or folder. If there is one already, returns that as it is.',
  effect: 'write',
  preview: ({ path, audience, expiresAt }) =>
    `Make a link to ${path} for ${audience ?? 'public'}${expiresAt === undefined ? '' : `, until ${expiresAt}`}.`,
  groups: ['shares'],
  // A link that is there already is given as it is, open to anybody.
  recipients: () => ['anyone'],
  idempotency: 'read_back',
  scopes: ['sharing.write'],
  recoverScopes: ['sharing.read'],
  input: z
    .strictObject({
      path: existingPath.describe('Path or id'),
      audience: z
        .enum(['public', 'team', 'no_one'])
        .optional()
        .describe('Who can use it: everybody, members of the team, or those with access anyway'),
      expiresAt: inputTime().optional().describe('When it ends; needs a paid account'),
    })
    .meta({ examples: [{ path: '/Reports/2026.pdf', audience: 'public' }] }),
  output: sharedLink.extend({ existed: z.boolean().describe('The link was there before') }),
  run: async ({ input: { path, audience, expiresAt }, http }) => {
    const settings = {
      ...(audience ? { audience } : {}),
      ...(expiresAt ? { expires: expiresAt.replace(/\.\d+Z$/, 'Z') } : {}),
    };
    const answer = await http.bytes('POST', '/sharing/create_shared_link_with_settings', {
      body: { path, ...(audience || expiresAt ? { settings } : {}) },
      understands: ({ status, json }) => status === 409 && taken.safeParse(json()).success,
    });
    if (answer.status !== 409) return { ...linkOf(answer.json()), existed: false };
    const known = taken.parse(answer.json()).error.shared_link_already_exists?.metadata;
    if (known) return { ...known, existed: true };
    const there = await existingLink(http, path);
    if ('found' in there) return { ...there.found, existed: true };
    throw unexpectedAnswer('shared_link_already_exists');
  },
  recover: async ({ input, http }) => {
    const there = await existingLink(http, input.path);
    return 'found' in there ? { found: { ...there.found, existed: false } } : there;
  },
});
