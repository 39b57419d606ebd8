import type { FastifyRequest } from 'fastify';
import { DropboxBadInput, endpointError } from './dropbox-errors.js';
import type { DropboxEntry } from './dropbox-state.js';
import type { WriteTarget } from './files.js';
import { contentHash, entryBody } from './files.js';

/** Where the content endpoints have their arguments: JSON in a header, in ASCII only. */
export function headerArgs(request: FastifyRequest): Record<string, unknown> {
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

/** The body, which must come as bytes. */
export function uploadedBytes(request: FastifyRequest, route: string): Buffer {
  const type = request.headers['content-type'];
  if (type && !/^(application\/octet-stream|text\/plain; charset=dropbox-cors-hack)/.test(type)) {
    throw new DropboxBadInput(
      `Error in call to API function "${route}": Bad HTTP "Content-Type" header: "${type}". Expecting one of "application/octet-stream", "text/plain; charset=dropbox-cors-hack".`,
    );
  }
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** A hash that came along must be that of the bytes. */
export function requireHash({ content_hash: hash }: Record<string, unknown>, content: Buffer): void {
  if (hash !== undefined && hash !== null && hash !== contentHash(content))
    throw endpointError('content_hash_mismatch');
}

/** Where to write, out of `CommitInfo`. */
export function targetOf(args: Record<string, unknown>): WriteTarget {
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

/** `FileMetadata` of an endpoint that can only mean a file: without the tag. */
export function fileBody(entry: DropboxEntry): Record<string, unknown> {
  const { '.tag': _tag, ...body } = entryBody(entry);
  return body;
}
