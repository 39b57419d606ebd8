import { z } from 'zod';
import type { Recovery } from '../core/action.js';
import { ProviderError } from '../core/provider-error.js';
import type { ProviderHttp } from '../core/provider-http.js';

export const sharedLink = z.object({
  url: z.string().describe('Address of the link'),
  name: z.string().describe('Name of the file or folder'),
  audience: z.string().optional().describe('Who can use it: public, team, no_one, …'),
  expiresAt: z.string().optional().describe('When it ends, RFC 3339; absent if it does not'),
});

const tagged = z.object({ '.tag': z.string() });

/** `SharedLinkMetadata` */
export const linkMetadata = z
  .object({
    url: z.string(),
    name: z.string(),
    expires: z.string().optional(),
    link_permissions: z
      .object({ effective_audience: tagged.optional(), resolved_visibility: tagged.optional() })
      .optional(),
  })
  .transform(({ url, name, expires, link_permissions: permissions }) => ({
    url,
    name,
    audience: (permissions?.effective_audience ?? permissions?.resolved_visibility)?.['.tag'],
    expiresAt: expires,
  }));

/** The link may be there all the same. */
export const unexpectedAnswer = (reason: string) =>
  new ProviderError({ provider: 'dropbox', code: 'unexpected_response', reason, mayHaveHappened: true });

/** @throws ProviderError `unexpected_response` when it is no link */
export function linkOf(json: unknown): z.output<typeof linkMetadata> {
  const link = linkMetadata.safeParse(json);
  if (!link.success) throw unexpectedAnswer('unexpected_shape');
  return link.data;
}

/** The link of exactly this file or folder, if there is one. */
export async function existingLink(
  http: ProviderHttp,
  path: string,
): Promise<Recovery<z.output<typeof linkMetadata>>> {
  const { links } = await http.post('/sharing/list_shared_links', {
    body: { path, direct_only: true },
    response: z.object({ links: z.array(linkMetadata) }),
  });
  return links[0] ? { found: links[0] } : { absent: true };
}
