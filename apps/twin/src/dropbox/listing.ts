import { endpointError } from './dropbox-errors.js';
import type { DropboxEntry, DropboxFolderTree } from './dropbox-state.js';
import { entryBody, requireEntry } from './files.js';

/** Where a listing stands: what it lists, how far it got, since which change. */
interface Cursor {
  path: string;
  recursive: boolean;
  includeDeleted: boolean;
  limit: number;
  offset: number;
  /** Set when the listing was complete: only changes after this are news. */
  since?: number;
  seq: number;
}

/** Arguments of `list_folder`. */
export interface ListFolderArgs {
  path: string;
  recursive?: boolean;
  include_deleted?: boolean;
  limit?: number;
}

/** `list_folder` */
export function listFolder(tree: DropboxFolderTree, args: ListFolderArgs): unknown {
  if (args.path === '/') throw endpointError('path', 'malformed_path');
  const folder = args.path === '' ? undefined : requireEntry(tree, args.path);
  if (folder?.tag === 'file') throw endpointError('path', 'not_folder');
  return page(tree, {
    path: folder?.pathLower ?? '',
    recursive: args.recursive ?? false,
    includeDeleted: args.include_deleted ?? false,
    limit: Math.min(Math.max(args.limit ?? 500, 1), 2000),
    offset: 0,
    seq: tree.seq,
  });
}

/** `list_folder/continue` */
export function continueListing(tree: DropboxFolderTree, text: string): unknown {
  const cursor = readCursor(text);
  if (!cursor || cursor.seq < tree.oldestCursorSeq) throw endpointError('reset');
  return page(tree, cursor);
}

function page(tree: DropboxFolderTree, cursor: Cursor): unknown {
  const all = tree.entries.filter((entry) => listed(entry, cursor));
  const entries = all.slice(cursor.offset, cursor.offset + cursor.limit);
  const more = cursor.offset + cursor.limit < all.length;
  const next: Cursor = more
    ? { ...cursor, offset: cursor.offset + cursor.limit }
    : { ...cursor, offset: 0, since: tree.seq, seq: tree.seq };
  return { entries: entries.map(entryBody), cursor: writeCursor(next), has_more: more };
}

function listed(entry: DropboxEntry, cursor: Cursor): boolean {
  if (!entry.pathLower.startsWith(`${cursor.path}/`)) return false;
  const below = entry.pathLower.slice(cursor.path.length + 1);
  if (!cursor.recursive && below.includes('/')) return false;
  if (cursor.since !== undefined) return entry.changeSeq > cursor.since;
  return !entry.deleted || cursor.includeDeleted;
}

function writeCursor(cursor: Cursor): string {
  return `AAE${Buffer.from(JSON.stringify(cursor)).toString('base64url')}`;
}

function readCursor(text: string): Cursor | undefined {
  try {
    return JSON.parse(Buffer.from(text.slice(3), 'base64url').toString('utf8')) as Cursor;
  } catch {
    return undefined;
  }
}
