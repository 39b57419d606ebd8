import type { World } from '../world.js';
import { endpointError } from './dropbox-errors.js';
import type { DropboxEntry, DropboxFolderTree } from './dropbox-state.js';
import { entryBody, findEntry, makeParents, newEntry, requireEntry } from './files.js';

/** `move_v2` and `copy_v2`: an entry with all below it. */
export function relocate(
  world: World,
  tree: DropboxFolderTree,
  args: Record<string, unknown>,
  how: 'move' | 'copy',
): unknown {
  const source = requireEntry(tree, String(args.from_path ?? ''), 'from_lookup');
  const to = String(args.to_path ?? '');
  if (!/^\/[^\0]*[^/]$/.test(to)) throw endpointError('to', 'malformed_path');
  if (to.toLowerCase().startsWith(`${source.pathLower}/`))
    throw endpointError(how === 'move' ? 'cant_move_folder_into_itself' : 'duplicated_or_nested_paths');
  const taken = findEntry(tree, to);
  if (taken && !(how === 'move' && taken === source)) throw endpointError('to', 'conflict', taken.tag);
  makeParents(world, tree, to);
  const from = source.pathDisplay;
  const moved = tree.entries.filter(
    (entry) => !entry.deleted && (entry === source || entry.pathLower.startsWith(`${source.pathLower}/`)),
  );
  const target = (entry: DropboxEntry) => `${to}${entry.pathDisplay.slice(from.length)}`;
  const [first = source] = moved.map((entry) =>
    how === 'move' ? moveEntry(tree, entry, target(entry)) : copyEntry(world, tree, entry, target(entry)),
  );
  world.changed();
  return { metadata: entryBody(how === 'move' ? source : first) };
}

/** A moved entry leaves a deleted entry behind, as a listing of changes shows it. */
function moveEntry(tree: DropboxFolderTree, entry: DropboxEntry, path: string): DropboxEntry {
  tree.entries.push({ ...entry, id: `${entry.id}-moved`, deleted: true, changeSeq: ++tree.seq });
  entry.pathDisplay = path;
  entry.pathLower = path.toLowerCase();
  entry.name = path.slice(path.lastIndexOf('/') + 1);
  entry.changeSeq = ++tree.seq;
  return entry;
}

function copyEntry(world: World, tree: DropboxFolderTree, entry: DropboxEntry, path: string): DropboxEntry {
  const { content, clientModified } = entry;
  return Object.assign(newEntry(world, tree, entry.tag, path), { content, clientModified });
}
