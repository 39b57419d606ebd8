import type { World } from '../world.js';
import { DropboxError, endpointError } from './dropbox-errors.js';
import type { DropboxFolderTree, DropboxLink } from './dropbox-state.js';
import { findEntry, requireEntry } from './files.js';

/** `create_shared_link_with_settings`: one link for each entry; a basic account can't set an end. */
export function createLink(world: World, tree: DropboxFolderTree, path: string, settings: unknown): unknown {
  const entry = requireEntry(tree, path);
  const { audience = 'public', expires } = (settings ?? {}) as { audience?: string; expires?: string };
  if (expires) throw endpointError('settings_error', 'not_authorized');
  const known = tree.links?.find((link) => link.entryId === entry.id);
  if (known) {
    const tag = 'shared_link_already_exists';
    const detail = settings ? {} : { [tag]: { '.tag': 'metadata', metadata: linkBody(tree, known) } };
    throw new DropboxError(409, `${tag}/..`, { '.tag': tag, ...detail });
  }
  const link = {
    url: `https://www.dropbox.com/scl/fi/${world.id(8)}/${encodeURIComponent(entry.name)}?rlkey=${world.id(8)}&dl=0`,
    entryId: entry.id,
    audience,
  };
  tree.links = [...(tree.links ?? []), link];
  world.changed();
  return linkBody(tree, link);
}

/** `list_shared_links`, of one entry or of all. */
export function listLinks(tree: DropboxFolderTree, path: unknown): unknown {
  const entry = typeof path === 'string' ? requireEntry(tree, path) : undefined;
  const links = (tree.links ?? []).filter((link) => !entry || link.entryId === entry.id);
  return { links: links.map((link) => linkBody(tree, link)), has_more: false };
}

/** The link with this address. */
export function requireLink(tree: DropboxFolderTree, url: string): DropboxLink {
  const link = tree.links?.find((one) => one.url === url);
  if (!link) throw endpointError('shared_link_not_found');
  return link;
}

/** `revoke_shared_link` */
export function revokeLink(world: World, tree: DropboxFolderTree, url: string): void {
  const gone = requireLink(tree, url);
  tree.links = tree.links?.filter((link) => link !== gone);
  world.changed();
}

/** `SharedLinkMetadata` */
export function linkBody(tree: DropboxFolderTree, { url, entryId, audience, expires }: DropboxLink): unknown {
  const entry = findEntry(tree, entryId);
  return {
    '.tag': entry?.tag ?? 'file',
    url,
    id: entryId,
    name: entry?.name ?? '',
    path_lower: entry?.pathLower,
    ...(expires ? { expires } : {}),
    link_permissions: {
      resolved_visibility: { '.tag': audience },
      requested_visibility: { '.tag': audience },
      effective_audience: { '.tag': audience },
      can_revoke: true,
      visibility_policies: [],
    },
  };
}
