import type { World } from '../../world.js';
import { googleError } from '../google-errors.js';
import type { DriveFile } from './drive-files.js';
import { isNative } from './file-resource.js';
import { requireFolders, type FoundFile } from './visible-files.js';
import { createFile } from './write-file.js';

/** `files.copy`: what the request does not say, the copy has from its original, app properties included. */
export function copyFile(world: World, { caller, files, file }: FoundFile, body: unknown): DriveFile {
  const changes = (body ?? {}) as Record<string, unknown>;
  if (file.mimeType.endsWith('.folder'))
    throw googleError(403, 'cannotCopyFile', 'This file cannot be copied by the user.');
  if (changes.id !== undefined && isNative(file))
    throw googleError(400, 'invalid', 'Generated IDs are not supported for Docs Editors formats.');
  if (Array.isArray(changes.parents)) requireFolders(world, caller, changes.parents.map(String));
  const metadata = {
    name: `Copy of ${file.name}`,
    mimeType: file.mimeType,
    parents: file.parents,
    ...(file.description === undefined ? {} : { description: file.description }),
    ...changes,
    appProperties: { ...file.appProperties, ...(changes.appProperties as object | undefined) },
  };
  return createFile(world, caller, files, { metadata, content: Buffer.from(file.content, 'base64') });
}
