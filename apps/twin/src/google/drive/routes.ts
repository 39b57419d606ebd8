import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Form } from '../../oauth/request-form.js';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller, hasScope } from '../caller.js';
import { googleError, notFound, scopeInsufficient } from '../google-errors.js';
import { fullScope } from '../google-scopes.js';
import type { GoogleMethod } from '../method-scopes.js';
import { pageOf, pageSize } from '../paging.js';
import { partialResponse } from '../partial-response.js';
import type { DriveFile } from './drive-files.js';
import { driveQuery } from './drive-query.js';
import { DEFAULT_FILE_FIELDS, fileResource, isNative } from './file-resource.js';
import type { Upload } from './write-file.js';
import { createFile, fileId, readMultipart, updateFile } from './write-file.js';

const BASE = '/google/drive/v3';
const EVERYTHING = ['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly'].map(fullScope);
const CONTENT = ['drive', 'drive.readonly', 'drive.file'].map(fullScope);

/** Drive API v3: files, generated ids, about, uploads. */
export function registerDrive(app: FastifyInstance, world: World): void {
  app.get(`${BASE}/about`, (request) => about(world, request));
  app.get(`${BASE}/files`, (request) => list(world, request));
  app.get(`${BASE}/files/generateIds`, (request) => {
    googleCaller(world, request, 'drive.files.generateIds');
    const count = pageSize(queryOf(request).count, 10, 1000);
    const ids = Array.from({ length: count }, () => fileId(world));
    return { kind: 'drive#generatedIds', space: 'drive', ids };
  });
  app.get(`${BASE}/files/:fileId`, (request, reply) => get(world, request, reply));
  app.get(`${BASE}/files/:fileId/export`, (request, reply) => {
    const { file } = fileOf(world, request, 'drive.files.export');
    if (!isNative(file))
      throw googleError(403, 'fileNotExportable', 'Export only supports Docs Editors files.');
    const { mimeType = 'text/plain' } = queryOf(request);
    return reply.type(mimeType).send(Buffer.from(file.content, 'base64'));
  });
  app.post(`${BASE}/files`, (request) =>
    create(world, request, { metadata: (request.body ?? {}) as Record<string, unknown> }),
  );
  app.patch(`${BASE}/files/:fileId`, (request) => {
    const { caller, file } = fileOf(world, request, 'drive.files.update');
    const updated = updateFile(world, file, { metadata: (request.body ?? {}) as Record<string, unknown> });
    return shown(world, caller, updated, queryOf(request));
  });
  app.delete(`${BASE}/files/:fileId`, (request, reply) => {
    const { files, file } = fileOf(world, request, 'drive.files.delete');
    files.splice(files.indexOf(file), 1);
    world.changed();
    return reply.code(204).send();
  });
}

/** Uploads: media and multipart. */
export async function registerDriveUpload(app: FastifyInstance, world: World): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/google/upload/drive/v3/files', (request) => create(world, request, uploadOf(request)));
  app.patch('/google/upload/drive/v3/files/:fileId', (request) => {
    const { caller, file } = fileOf(world, request, 'drive.files.update');
    return shown(world, caller, updateFile(world, file, uploadOf(request)), queryOf(request));
  });
}

function about(world: World, request: FastifyRequest): unknown {
  const { account } = googleCaller(world, request, 'drive.about.get');
  const { fields } = queryOf(request);
  if (!fields) {
    throw googleError(400, 'required', "The 'fields' parameter is required for this method.");
  }
  const user = {
    kind: 'drive#user',
    displayName: account.name,
    me: true,
    permissionId: account.id,
    emailAddress: account.email,
  };
  return partialResponse(
    { kind: 'drive#about', user, storageQuota: { limit: '16106127360', usage: '0' } },
    fields,
  );
}

function list(world: World, request: FastifyRequest): unknown {
  const caller = googleCaller(world, request, 'drive.files.list');
  const query = queryOf(request);
  const found = visibleFiles(world, caller)
    .filter(driveQuery(query.q))
    .sort((a, b) =>
      query.orderBy?.startsWith('name')
        ? a.name.localeCompare(b.name)
        : b.modifiedTime.localeCompare(a.modifiedTime),
    );
  const page = pageOf(found, query.pageToken, pageSize(query.pageSize, 100, 1000));
  const body = {
    kind: 'drive#fileList',
    incompleteSearch: false,
    ...(page.nextPageToken ? { nextPageToken: page.nextPageToken } : {}),
    files: page.items.map((file) => fileResource(world, caller.account, file)),
  };
  const defaults = `kind,incompleteSearch,nextPageToken,files(${DEFAULT_FILE_FIELDS})`;
  return partialResponse(body, query.fields ?? defaults);
}

function get(world: World, request: FastifyRequest, reply: FastifyReply): unknown {
  const { caller, file } = fileOf(world, request, 'drive.files.get');
  const query = queryOf(request);
  if (query.alt !== 'media') return shown(world, caller, file, query);
  if (!hasScope(caller, ...CONTENT))
    throw scopeInsufficient('drive.googleapis.com', 'google.apps.drive.v3.DriveFiles.Get', CONTENT);
  if (isNative(file)) {
    throw googleError(
      403,
      'fileNotDownloadable',
      'Only files with binary content can be downloaded. Use Export with Docs Editors files.',
    );
  }
  return reply.type(file.mimeType).send(Buffer.from(file.content, 'base64'));
}

function create(world: World, request: FastifyRequest, upload: Upload): unknown {
  const caller = googleCaller(world, request, 'drive.files.create');
  const file = createFile(world, caller, allFiles(world, caller), upload);
  return shown(world, caller, file, queryOf(request));
}

function uploadOf(request: FastifyRequest): Upload {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  const { uploadType } = queryOf(request);
  if (uploadType === 'multipart') return readMultipart(body, contentType);
  if (uploadType === 'media') return { metadata: {}, content: body, contentType };
  throw googleError(400, 'badRequest', 'The twin takes uploadType media and multipart.');
}

function fileOf(
  world: World,
  request: FastifyRequest,
  method: GoogleMethod,
): { caller: GoogleCaller; files: DriveFile[]; file: DriveFile } {
  const caller = googleCaller(world, request, method);
  const { fileId: id } = request.params as { fileId: string };
  const file = visibleFiles(world, caller).find((entry) => entry.id === id);
  if (!file) throw notFound(`File not found: ${id}.`, 'fileId');
  return { caller, files: allFiles(world, caller), file };
}

/** With `drive.file` alone an app sees what it made itself. */
function visibleFiles(world: World, caller: GoogleCaller): DriveFile[] {
  const files = allFiles(world, caller);
  if (hasScope(caller, ...EVERYTHING)) return files;
  return files.filter((file) => file.createdByClient === caller.token.clientId);
}

function allFiles(world: World, { account }: GoogleCaller): DriveFile[] {
  const files = world.state.google.files.get(account.id) ?? [];
  world.state.google.files.set(account.id, files);
  return files;
}

function shown(world: World, caller: GoogleCaller, file: DriveFile, query: Form): unknown {
  return partialResponse(fileResource(world, caller.account, file), query.fields ?? DEFAULT_FILE_FIELDS);
}
