import type { FastifyInstance, FastifyReply } from 'fastify';
import type { World } from '../world.js';
import { dropboxCaller } from './caller.js';
import { endpointError } from './dropbox-errors.js';
import { requireEntry, writeFile } from './files.js';
import { fileBody, headerArgs, requireHash, targetOf, uploadedBytes } from './upload-args.js';
import { registerUploadSessions } from './upload-sessions.js';

/** Upload and download: arguments in the `Dropbox-API-Arg` header, bytes in the body. */
export async function registerDropboxContent(app: FastifyInstance, world: World): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  registerUploadSessions(app, world);
  app.post('/dropbox/content/2/files/upload', (request) => {
    const { tree } = dropboxCaller(world, request, 'files.content.write');
    const content = uploadedBytes(request, 'files/upload');
    const args = headerArgs(request);
    requireHash(args, content);
    return fileBody(writeFile(world, tree, targetOf(args), content));
  });
  app.post('/dropbox/content/2/files/download', (request, reply) => {
    const { tree } = dropboxCaller(world, request, 'files.content.read');
    const entry = requireEntry(tree, String(headerArgs(request).path ?? ''));
    if (entry.tag === 'folder') throw endpointError('path', 'not_file');
    reply.header('dropbox-api-result', asciiJson(fileBody(entry))).type('application/octet-stream');
    return sendRange(reply, Buffer.from(entry.content, 'base64'), request.headers.range);
  });
}

function sendRange(reply: FastifyReply, content: Buffer, range: string | undefined): unknown {
  const [, first, end] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) return reply.send(content);
  const last = Math.min(end ? Number(end) : Infinity, content.length - 1);
  if (Number(first) > last) {
    reply.removeHeader('dropbox-api-result');
    return reply.code(416).type('text/plain').send('Requested range not satisfiable');
  }
  return reply
    .code(206)
    .header('content-range', `bytes ${first}-${last}/${content.length}`)
    .send(content.subarray(Number(first), last + 1));
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
