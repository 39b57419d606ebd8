import { createHash } from 'node:crypto';
import type { World } from '../world.js';
import { endpointError } from './dropbox-errors.js';
import type { DropboxEntry, DropboxFolderTree } from './dropbox-state.js';

const HASH_BLOCK = 4 * 1024 * 1024;

/** Where and how an upload is written. */
export interface WriteTarget {
  path: string;
  mode: 'add' | 'overwrite' | 'update';
  /** With `update`: the revision that is replaced. */
  rev?: string;
  autorename: boolean;
  clientModified?: string;
}

/** Metadata as Dropbox answers it. */
export function entryBody(entry: DropboxEntry): Record<string, unknown> {
  const place = { name: entry.name, path_lower: entry.pathLower, path_display: entry.pathDisplay };
  if (entry.deleted) return { '.tag': 'deleted', ...place };
  if (entry.tag === 'folder') return { '.tag': 'folder', ...place, id: entry.id };
  const content = Buffer.from(entry.content, 'base64');
  return {
    '.tag': 'file',
    ...place,
    id: entry.id,
    client_modified: entry.clientModified,
    server_modified: entry.serverModified,
    rev: entry.rev,
    size: content.length,
    is_downloadable: true,
    content_hash: contentHash(content),
  };
}

/** SHA-256 over the SHA-256s of 4 MiB blocks. */
export function contentHash(content: Buffer): string {
  const whole = createHash('sha256');
  for (let at = 0; at < content.length; at += HASH_BLOCK) {
    whole.update(
      createHash('sha256')
        .update(content.subarray(at, at + HASH_BLOCK))
        .digest(),
    );
  }
  return whole.digest('hex');
}

/** Finds an entry by path, `id:` or `rev:`. */
export function findEntry(tree: DropboxFolderTree, path: string): DropboxEntry | undefined {
  return tree.entries.find(
    (entry) =>
      !entry.deleted &&
      (path.startsWith('id:')
        ? entry.id === path
        : path.startsWith('rev:')
          ? `rev:${entry.rev}` === path
          : entry.pathLower === path.toLowerCase()),
  );
}

/** The entry, or the endpoint's `not_found`. */
export function requireEntry(tree: DropboxFolderTree, path: string, where = 'path'): DropboxEntry {
  if (!path.startsWith('id:') && !path.startsWith('rev:') && !path.startsWith('/')) {
    throw endpointError(where, 'malformed_path');
  }
  const entry = findEntry(tree, path);
  if (!entry) throw endpointError(where, 'not_found');
  return entry;
}

/** Writes a file under Dropbox's conflict rules. */
export function writeFile(
  world: World,
  tree: DropboxFolderTree,
  target: WriteTarget,
  content: Buffer,
): DropboxEntry {
  if (!/^\/[^\0]*[^/]$/.test(target.path)) throw endpointError('path', 'malformed_path');
  const existing = findEntry(tree, target.path);
  if (existing?.tag === 'file') {
    if (target.mode === 'add' && existing.content === content.toString('base64')) return existing;
    if (replaces(existing, target)) return touch(world, tree, existing, content);
  }
  if (existing && !target.autorename) throw endpointError('path', 'conflict', existing.tag);
  const path = existing ? freePath(tree, target.path) : target.path;
  makeParents(world, tree, path);
  const entry = newEntry(world, tree, 'file', path);
  if (target.clientModified) entry.clientModified = target.clientModified;
  return touch(world, tree, entry, content);
}

function replaces(existing: DropboxEntry, { mode, rev }: WriteTarget): boolean {
  return mode === 'overwrite' || (mode === 'update' && existing.rev === rev);
}

/** Makes a folder. */
export function makeFolder(
  world: World,
  tree: DropboxFolderTree,
  path: string,
  autorename: boolean,
): DropboxEntry {
  const existing = findEntry(tree, path);
  if (existing && !autorename) throw endpointError('path', 'conflict', existing.tag);
  const free = existing ? freePath(tree, path) : path;
  makeParents(world, tree, free);
  return newEntry(world, tree, 'folder', free);
}

/** Deletes an entry and all below it. */
export function deleteEntry(world: World, tree: DropboxFolderTree, entry: DropboxEntry): void {
  for (const other of tree.entries) {
    if (other !== entry && !other.pathLower.startsWith(`${entry.pathLower}/`)) continue;
    other.deleted = true;
    other.changeSeq = ++tree.seq;
  }
  world.changed();
}

/** Puts a new entry into the tree. */
export function newEntry(
  world: World,
  tree: DropboxFolderTree,
  tag: DropboxEntry['tag'],
  path: string,
): DropboxEntry {
  const now = world.isoNow().replace(/\.\d+Z$/, 'Z');
  const entry: DropboxEntry = {
    tag,
    id: `id:${world.id(11)}`,
    name: path.slice(path.lastIndexOf('/') + 1),
    pathDisplay: path,
    pathLower: path.toLowerCase(),
    rev: world.id(7),
    clientModified: now,
    serverModified: now,
    content: '',
    deleted: false,
    changeSeq: ++tree.seq,
  };
  tree.entries.push(entry);
  world.changed();
  return entry;
}

function touch(world: World, tree: DropboxFolderTree, entry: DropboxEntry, content: Buffer): DropboxEntry {
  entry.content = content.toString('base64');
  entry.rev = world.id(7);
  entry.serverModified = world.isoNow().replace(/\.\d+Z$/, 'Z');
  entry.changeSeq = ++tree.seq;
  world.changed();
  return entry;
}

/** Makes the folders above a path that are missing. */
export function makeParents(world: World, tree: DropboxFolderTree, path: string): void {
  const parent = path.slice(0, path.lastIndexOf('/'));
  if (parent === '' || findEntry(tree, parent)) return;
  makeParents(world, tree, parent);
  newEntry(world, tree, 'folder', parent);
}

function freePath(tree: DropboxFolderTree, path: string): string {
  const [, stem = path, extension = ''] = /^(.*?)(\.[^./]*)?$/.exec(path) ?? [];
  let number = 1;
  while (findEntry(tree, `${stem} (${number})${extension}`)) number += 1;
  return `${stem} (${number})${extension}`;
}
