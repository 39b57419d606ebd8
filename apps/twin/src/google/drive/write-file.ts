import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleError, invalidValue } from '../google-errors.js';
import type { DriveFile } from './drive-files.js';

/** Content of an upload. */
export interface Upload {
  metadata: Record<string, unknown>;
  content?: Buffer;
  contentType?: string;
}

const issuedIds = new WeakMap<World, Set<string>>();

/** Fresh ids of which each may be used for one new file. */
export function issueFileIds(world: World, count: number): string[] {
  const issued = issuedIds.get(world) ?? new Set();
  issuedIds.set(world, issued);
  const ids = Array.from({ length: count }, () => fileId(world));
  for (const id of ids) issued.add(id);
  return ids;
}

/** Puts a file into other folders. */
export function moveFile(file: DriveFile, add: string[], remove: string[]): void {
  file.parents = [...new Set([...file.parents.filter((id) => !remove.includes(id)), ...add])];
}

/** Makes a file; a generated id that was used before is a conflict. */
export function createFile(
  world: World,
  caller: GoogleCaller,
  files: DriveFile[],
  upload: Upload,
): DriveFile {
  const { metadata, content, contentType } = upload;
  const id = metadata.id === undefined ? fileId(world) : String(metadata.id);
  if (files.some((file) => file.id === id)) {
    throw googleError(409, 'fileIdInUse', 'A file already exists with the provided ID.');
  }
  if (metadata.id !== undefined && !issuedIds.get(world)?.has(id))
    throw invalidValue('The provided file ID is not usable.', 'file.id');
  const now = world.isoNow();
  const file: DriveFile = {
    id,
    name: String(metadata.name ?? 'Untitled'),
    mimeType: String(metadata.mimeType ?? contentType ?? 'application/octet-stream'),
    ...(metadata.description === undefined ? {} : { description: String(metadata.description) }),
    parents: Array.isArray(metadata.parents) ? metadata.parents.map(String) : ['root'],
    trashed: false,
    createdTime: now,
    modifiedTime: now,
    version: 1,
    appProperties: metadata.appProperties as Record<string, string> | undefined,
    createdByClient: caller.token.clientId,
    content: (content ?? Buffer.alloc(0)).toString('base64'),
  };
  const shortcutTarget = targetOf(files, metadata.shortcutDetails);
  if (shortcutTarget) file.shortcutTarget = shortcutTarget;
  files.push(file);
  world.changed();
  return file;
}

function targetOf(files: DriveFile[], details: unknown): DriveFile['shortcutTarget'] {
  const { targetId } = (details ?? {}) as { targetId?: string };
  const targetMimeType = files.find(({ id }) => id === targetId)?.mimeType;
  return targetId === undefined ? undefined : { targetId, ...(targetMimeType ? { targetMimeType } : {}) };
}

/** Changes name, description, trash and content. */
export function updateFile(
  world: World,
  file: DriveFile,
  { metadata, content, contentType }: Upload,
): DriveFile {
  if (metadata.name !== undefined) file.name = String(metadata.name);
  if (metadata.mimeType !== undefined) file.mimeType = String(metadata.mimeType);
  if (metadata.description !== undefined) file.description = String(metadata.description);
  if (typeof metadata.trashed === 'boolean') file.trashed = metadata.trashed;
  if (content) {
    file.content = content.toString('base64');
    if (contentType && metadata.mimeType === undefined) file.mimeType = contentType;
  }
  file.version += 1;
  file.modifiedTime = world.isoNow();
  world.changed();
  return file;
}

/** A fresh file id. */
export function fileId(world: World): string {
  return `1${world.id(16)}`;
}

/** Takes a `multipart/related` body apart: JSON metadata, then the content. */
export function readMultipart(body: Buffer, contentType: string): Upload {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!boundary) throw invalidValue('Missing end boundary in multipart body.');
  const text = body.toString('latin1');
  const parts = text
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const [, head = '', content = ''] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n?$/.exec(part) ?? [];
      return { type: /content-type:\s*(.+)/i.exec(head)?.[1]?.trim(), head, content };
    });
  const [first, second] = parts;
  if (!first || !second) throw invalidValue('Missing end boundary in multipart body.');
  const encoded = /content-transfer-encoding:\s*base64/i.test(second.head);
  return {
    metadata: parseJson(Buffer.from(first.content, 'latin1').toString('utf8')),
    content: Buffer.from(second.content, encoded ? 'base64' : 'latin1'),
    contentType: second.type?.split(';')[0],
  };
}

/** The metadata of an upload. */
export function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw googleError(400, 'parseError', 'Parse Error');
  }
}
