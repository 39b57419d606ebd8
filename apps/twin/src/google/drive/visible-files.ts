import type { FastifyRequest } from 'fastify';
import type { Form } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller, hasScope } from '../caller.js';
import { notFound } from '../google-errors.js';
import { fullScope } from '../google-scopes.js';
import type { GoogleMethod } from '../method-scopes.js';
import { partialResponse } from '../partial-response.js';
import type { DriveFile } from './drive-files.js';
import { DEFAULT_FILE_FIELDS, fileResource } from './file-resource.js';

const EVERYTHING = ['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly'].map(fullScope);

/** A file that a call is about. */
export interface FoundFile {
  caller: GoogleCaller;
  files: DriveFile[];
  file: DriveFile;
}

/** The file that the path names, if the token may see it. */
export function fileOf(world: World, request: FastifyRequest, method: GoogleMethod): FoundFile {
  const caller = googleCaller(world, request, method);
  const { fileId: id } = request.params as { fileId: string };
  const file = visibleFiles(world, caller).find((entry) => entry.id === id);
  if (!file) throw notFound(`File not found: ${id}.`, 'fileId');
  return { caller, files: allFiles(world, caller), file };
}

/** With `drive.file` alone an app sees what it made itself. */
export function visibleFiles(world: World, caller: GoogleCaller): DriveFile[] {
  const files = allFiles(world, caller);
  if (hasScope(caller, ...EVERYTHING)) return files;
  return files.filter((file) => file.createdByClient === caller.token.clientId);
}

/** All files of the account. */
export function allFiles(world: World, { account }: GoogleCaller): DriveFile[] {
  const { files } = world.state.google;
  const own = files.get(account.id) ?? [];
  files.set(account.id, own);
  return own;
}

/** Folders that a file is put into must be there, and visible to the app. */
export function requireFolders(world: World, caller: GoogleCaller, ids: string[]): void {
  const visible = visibleFiles(world, caller);
  const lost = ids.find((id) => id !== 'root' && !visible.some((file) => file.id === id));
  if (lost !== undefined) throw notFound(`File not found: ${lost}.`, 'fileId');
}

/** The file as the `fields` parameter wants it. */
export function shown(world: World, { account }: GoogleCaller, file: DriveFile, query: Form): unknown {
  return partialResponse(fileResource(world, account, file), query.fields ?? DEFAULT_FILE_FIELDS);
}
