import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { World } from '../world.js';
import { dropboxCaller } from './caller.js';
import { DropboxBadInput, endpointError } from './dropbox-errors.js';
import type { WriteTarget } from './files.js';
import { entryBody, requireEntry, writeFile } from './files.js';

/** Upload and download: arguments in the `Dropbox-API-Arg` header, bytes in the body. */
export async function registerDropboxContent(app: FastifyInstance, world: World): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.post('/dropbox/content/2/files/upload', (request) => {
    const { tree } = dropboxCaller(world, request, 'files.content.write');
    const type = request.headers['content-type'];
    if (type && !/^(application\/octet-stream|text\/plain; charset=dropbox-cors-hack)/.test(type)) {
      throw new DropboxBadInput(
        `Error in call to API function "files/upload": Bad HTTP "Content-Type" header: "${type}". Expecting one of "application/octet-stream", "text/plain; charset=dropbox-cors-hack".`,
      );
    }
    const content = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const body = entryBody(writeFile(world, tree, targetOf(headerArgs(request)), content));
    delete body['.tag'];
    return body;
  });
  app.post('/dropbox/content/2/files/download', (request, reply) => {
    const { tree } = dropboxCaller(world, request, 'files.content.read');
    const entry = requireEntry(tree, String(headerArgs(request).path ?? ''));
    if (entry.tag === 'folder') throw endpointError('path', 'not_file');
    return reply
      .header('dropbox-api-result', asciiJson(entryBody(entry)))
      .type('application/octet-stream')
      .send(Buffer.from(entry.content, 'base64'));
  });
}

function headerArgs(request: FastifyRequest): Record<string, unknown> {
  const header = request.headers['dropbox-api-arg'];
  const text = (Array.isArray(header) ? header[0] : header) ?? '{}';
  if (/[^\x20-\x7e]/.test(text)) {
    throw new DropboxBadInput('HTTP header "Dropbox-API-Arg": could not decode input as JSON');
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new DropboxBadInput('HTTP header "Dropbox-API-Arg": could not decode input as JSON');
  }
}

function targetOf(args: Record<string, unknown>): WriteTarget {
  const mode = args.mode;
  const tag =
    typeof mode === 'object' && mode !== null ? String((mode as { '.tag'?: string })['.tag']) : mode;
  return {
    path: String(args.path ?? ''),
    mode: tag === 'overwrite' || tag === 'update' ? tag : 'add',
    rev: tag === 'update' ? String((mode as { update?: string }).update) : undefined,
    autorename: args.autorename === true,
    clientModified: typeof args.client_modified === 'string' ? args.client_modified : undefined,
  };
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
