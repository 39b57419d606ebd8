import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../../oauth/request-form.js';
import { noteAccount, uploadFault } from '../../request-notes.js';
import type { World } from '../../world.js';
import type { GoogleCaller } from '../caller.js';
import { googleCaller } from '../caller.js';
import { googleError, notFound } from '../google-errors.js';
import { parseJson, createFile } from './write-file.js';
import type { DriveFile } from './drive-files.js';
import { allFiles, requireFolders, shown } from './visible-files.js';

const PATH = '/google/upload/drive/v3/files';
const GRAIN = 256 * 1024;

/** An upload that is under way. Kept in memory only: a twin that starts anew has forgotten it, as Drive may. */
interface Session {
  caller: GoogleCaller;
  metadata: Record<string, unknown>;
  contentType: string | undefined;
  total: number | undefined;
  received: Buffer;
  fields: string | undefined;
  file?: DriveFile;
}

const sessionsOf = new WeakMap<World, Map<string, Session>>();

/** Opens a session; its address is a credential of its own. */
export function openSession(world: World, request: FastifyRequest, reply: FastifyReply): unknown {
  const caller = googleCaller(world, request, 'drive.files.create');
  const body = Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
  const metadata = body.trim() === '' ? {} : parseJson(body);
  if (Array.isArray(metadata.parents)) requireFolders(world, caller, metadata.parents.map(String));
  const sessions = sessionsOf.get(world) ?? new Map<string, Session>();
  sessionsOf.set(world, sessions);
  const id = world.secret('AEnB2U');
  const length = request.headers['x-upload-content-length'];
  sessions.set(id, {
    caller,
    metadata,
    contentType: header(request, 'x-upload-content-type'),
    total: length === undefined ? undefined : Number(length),
    received: Buffer.alloc(0),
    fields: queryOf(request).fields,
  });
  return reply
    .header('location', `${world.url}${PATH}?uploadType=resumable&upload_id=${id}`)
    .header('x-guploader-uploadid', id)
    .code(200)
    .send();
}

/** `PUT` on a session: a piece, the whole, or the question how far it got. */
export function registerSessionPut(app: FastifyInstance, world: World): void {
  app.put(PATH, (request, reply) => {
    const { upload_id: id = '' } = queryOf(request);
    const sessions = sessionsOf.get(world);
    if (uploadFault(request, 'session_gone')) sessions?.delete(id);
    const session = sessions?.get(id);
    if (!session) throw notFound('Not Found');
    noteAccount(request, session.caller.account.id);
    if (!session.file) receive(world, session, request);
    const short = uploadFault(request, 'short_chunk');
    if (short?.cut && !session.file) return cutLine(request, reply);
    return session.file
      ? shown(world, session.caller, session.file, { fields: session.fields })
      : unfinished(reply, session);
  });
}

function receive(world: World, session: Session, request: FastifyRequest): void {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const size = pieceSize(session, header(request, 'content-range'), body.length);
  if (size === undefined) {
    if (session.received.length > 0 && session.received.length === session.total) finish(world, session);
    return;
  }
  const kept = uploadFault(request, 'short_chunk')?.keepBytes ?? body.length;
  session.received = Buffer.concat([session.received, body.subarray(0, kept)]);
  if (session.received.length === size && !uploadFault(request, 'late_file')) finish(world, session);
}

/** Size of the whole, when the range is that of the next piece; undefined for the question how far it got. */
function pieceSize(session: Session, range: string | undefined, length: number): number | undefined {
  if (/^bytes \*\/(\d+|\*)$/.test(range ?? '')) return undefined;
  const [, first, last, total] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(range ?? `bytes 0-${length - 1}/${length}`) ?? [];
  const [start, size] = [Number(first), Number(total)];
  const isNext = Number(last) - start + 1 === length && start === session.received.length;
  if (!isNext || (session.total ?? size) !== size)
    throw googleError(400, 'badRequest', 'Failed to parse Content-Range header.');
  if (start + length !== size && length % GRAIN !== 0)
    throw googleError(400, 'badRequest', 'The chunk must be a multiple of 262144 bytes.');
  return size;
}

function finish(world: World, session: Session): void {
  const { caller, metadata, contentType, received: content } = session;
  const upload = { metadata, content, ...(contentType ? { contentType } : {}) };
  session.file = createFile(world, caller, allFiles(world, caller), upload);
}

function unfinished(reply: FastifyReply, { received }: Session): FastifyReply {
  if (received.length > 0) reply.header('range', `bytes=0-${received.length - 1}`);
  return reply.code(308).send();
}

function cutLine(request: FastifyRequest, reply: FastifyReply): void {
  if (request.notes) request.notes.call.status = 0;
  reply.hijack();
  request.raw.socket.resetAndDestroy();
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
