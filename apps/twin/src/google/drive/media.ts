import type { FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import { hasScope } from '../caller.js';
import { GoogleError, googleError, scopeInsufficient } from '../google-errors.js';
import { fullScope } from '../google-scopes.js';
import { isNative } from './file-resource.js';
import { fileOf, shown } from './visible-files.js';

const CONTENT = ['drive', 'drive.readonly', 'drive.file'].map(fullScope);
const MAX_EXPORT_BYTES = 10 * 1000 * 1000;
const EXPORT_TYPES = [
  'text/plain',
  'text/html',
  'text/csv',
  'text/markdown',
  'application/pdf',
  'application/zip',
  'application/rtf',
];

/** `files.get`: details, or with `alt=media` the content, whole or in part. */
export function getFile(world: World, request: FastifyRequest, reply: FastifyReply): unknown {
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
  reply.type(file.mimeType);
  return sendRange(reply, Buffer.from(file.content, 'base64'), request.headers.range);
}

/** `files.export`: Google's own documents, up to 10 MB. */
export function exportFile(world: World, request: FastifyRequest, reply: FastifyReply): unknown {
  const { file } = fileOf(world, request, 'drive.files.export');
  const { mimeType } = queryOf(request);
  if (!mimeType) throw googleError(400, 'required', 'Required parameter: mimeType');
  if (!isNative(file) || file.mimeType.endsWith('.folder'))
    throw googleError(403, 'fileNotExportable', 'Export only supports Docs Editors files.');
  if (!EXPORT_TYPES.includes(mimeType))
    throw googleError(400, 'badRequest', 'The requested conversion is not supported.');
  const content = Buffer.from(file.content, 'base64');
  if (content.length > MAX_EXPORT_BYTES)
    throw googleError(403, 'exportSizeLimitExceeded', 'This file is too large to be exported.');
  return reply.type(mimeType).send(content);
}

function sendRange(reply: FastifyReply, content: Buffer, range: string | undefined): unknown {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  if (!match) return reply.header('accept-ranges', 'bytes').send(content);
  const first = Number(match[1]);
  const last = Math.min(match[2] ? Number(match[2]) : Infinity, content.length - 1);
  if (first > last) {
    reply.header('content-range', `bytes */${content.length}`);
    throw new GoogleError({
      code: 416,
      message: 'Request range not satisfiable',
      reason: 'requestedRangeNotSatisfiable',
      location: 'Range',
      locationType: 'header',
    });
  }
  return reply
    .code(206)
    .header('content-range', `bytes ${first}-${last}/${content.length}`)
    .send(content.subarray(first, last + 1));
}
