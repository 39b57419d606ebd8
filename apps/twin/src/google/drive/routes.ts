import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import { googleCaller } from '../caller.js';
import { googleError } from '../google-errors.js';
import { pageOf, pageSize } from '../paging.js';
import { partialResponse } from '../partial-response.js';
import { copyFile } from './copy-file.js';
import { driveQuery } from './drive-query.js';
import { DEFAULT_FILE_FIELDS, fileResource } from './file-resource.js';
import { exportFile, getFile } from './media.js';
import { registerPermissions } from './permissions.js';
import { openSession, registerSessionPut } from './resumable.js';
import { allFiles, fileOf, requireFolders, shown, visibleFiles } from './visible-files.js';
import type { Upload } from './write-file.js';
import { createFile, issueFileIds, moveFile, readMultipart, updateFile } from './write-file.js';

const BASE = '/google/drive/v3';

/** Drive API v3: files, generated ids, about, uploads. */
export function registerDrive(app: FastifyInstance, world: World): void {
  app.get(`${BASE}/about`, (request) => about(world, request));
  app.get(`${BASE}/files`, (request) => list(world, request));
  app.get(`${BASE}/files/generateIds`, (request) => {
    googleCaller(world, request, 'drive.files.generateIds');
    const count = pageSize(queryOf(request).count, 10, 1000);
    return { kind: 'drive#generatedIds', space: 'drive', ids: issueFileIds(world, count) };
  });
  app.get(`${BASE}/files/:fileId`, (request, reply) => getFile(world, request, reply));
  app.get(`${BASE}/files/:fileId/export`, (request, reply) => exportFile(world, request, reply));
  app.post(`${BASE}/files/:fileId/copy`, (request) => {
    const found = fileOf(world, request, 'drive.files.copy');
    return shown(world, found.caller, copyFile(world, found, request.body), queryOf(request));
  });
  registerPermissions(app, world);
  app.post(`${BASE}/files`, (request) =>
    create(world, request, { metadata: (request.body ?? {}) as Record<string, unknown> }),
  );
  app.patch(`${BASE}/files/:fileId`, (request) => {
    const { caller, file } = fileOf(world, request, 'drive.files.update');
    const { addParents, removeParents } = queryOf(request);
    if (addParents) requireFolders(world, caller, addParents.split(','));
    moveFile(file, addParents?.split(',') ?? [], removeParents?.split(',') ?? []);
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

/** Uploads: media, multipart and resumable. */
export async function registerDriveUpload(app: FastifyInstance, world: World): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/google/upload/drive/v3/files', (request, reply: FastifyReply) =>
    queryOf(request).uploadType === 'resumable'
      ? openSession(world, request, reply)
      : create(world, request, uploadOf(request)),
  );
  registerSessionPut(app, world);
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

function create(world: World, request: FastifyRequest, upload: Upload): unknown {
  const caller = googleCaller(world, request, 'drive.files.create');
  if (Array.isArray(upload.metadata.parents))
    requireFolders(world, caller, upload.metadata.parents.map(String));
  const file = createFile(world, caller, allFiles(world, caller), upload);
  return shown(world, caller, file, queryOf(request));
}

function uploadOf(request: FastifyRequest): Upload {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  const { uploadType } = queryOf(request);
  if (uploadType === 'multipart') return readMultipart(body, contentType);
  if (uploadType === 'media') return { metadata: {}, content: body, contentType };
  throw googleError(400, 'badRequest', 'Unknown uploadType.');
}
