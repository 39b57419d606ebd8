import type { DropboxFolderTree } from './dropbox-state.js';
import { entryBody } from './files.js';

interface SearchCursor {
  query: string;
  path: string;
  limit: number;
  offset: number;
}

/** `search_v2`: file and folder names that contain every word. */
export function searchEntries(
  tree: DropboxFolderTree,
  query: string,
  options: Record<string, unknown> = {},
): unknown {
  const cursor: SearchCursor =
    typeof options.cursor === 'string'
      ? (JSON.parse(Buffer.from(options.cursor, 'base64url').toString('utf8')) as SearchCursor)
      : {
          query,
          path: String(options.path ?? '').toLowerCase(),
          limit: Math.min(Number(options.max_results ?? 100), 1000),
          offset: 0,
        };
  const words = cursor.query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = tree.entries.filter(
    (entry) =>
      !entry.deleted &&
      entry.pathLower.startsWith(`${cursor.path}/`) &&
      words.every((word) => entry.name.toLowerCase().includes(word)),
  );
  const page = found.slice(cursor.offset, cursor.offset + cursor.limit);
  const next = { ...cursor, offset: cursor.offset + cursor.limit };
  const more = next.offset < found.length;
  return {
    matches: page.map((entry) => ({
      match_type: { '.tag': 'filename' },
      metadata: { '.tag': 'metadata', metadata: entryBody(entry) },
    })),
    has_more: more,
    ...(more ? { cursor: Buffer.from(JSON.stringify(next)).toString('base64url') } : {}),
  };
}
