import type { FastifyInstance, FastifyRequest } from 'fastify';
import { uploadFault } from '../request-notes.js';
import type { World } from '../world.js';
import { dropboxCaller } from './caller.js';
import { DropboxError, endpointError } from './dropbox-errors.js';
import { writeFile } from './files.js';
import { fileBody, headerArgs, requireHash, targetOf, uploadedBytes } from './upload-args.js';

const BASE = '/dropbox/content/2/files/upload_session';

/** An upload that is under way; kept in memory only, as the real one keeps it for seven days. */
interface Session {
  accountId: string;
  received: Buffer;
  closed: boolean;
}

interface Cursor {
  session_id?: string;
  offset?: number;
}

const sessionsOf = new WeakMap<World, Map<string, Session>>();

/** `upload_session/start`, `append_v2` and `finish`. */
export function registerUploadSessions(app: FastifyInstance, world: World): void {
  app.post(`${BASE}/start`, (request) => {
    const { account } = dropboxCaller(world, request, 'files.content.write');
    const content = uploadedBytes(request, 'files/upload_session/start');
    const args = headerArgs(request);
    requireHash(args, content);
    const sessions = sessionsOf.get(world) ?? new Map<string, Session>();
    sessionsOf.set(world, sessions);
    const id = `pid_upload_session:${world.id(24)}`;
    sessions.set(id, { accountId: account.id, received: content, closed: args.close === true });
    return { session_id: id };
  });
  app.post(`${BASE}/append_v2`, (request, reply) => {
    const args = headerArgs(request);
    const session = sessionOf(world, request, args.cursor as Cursor, []);
    if (session.closed) throw endpointError('closed');
    append(session, args, uploadedBytes(request, 'files/upload_session/append_v2'));
    session.closed = args.close === true;
    return reply.type('application/json').send('null');
  });
  app.post(`${BASE}/finish`, (request) => {
    const { tree } = dropboxCaller(world, request, 'files.content.write');
    const args = headerArgs(request);
    const cursor = args.cursor as Cursor;
    const session = sessionOf(world, request, cursor, ['lookup_failed']);
    append(session, args, uploadedBytes(request, 'files/upload_session/finish'));
    const target = targetOf((args.commit ?? {}) as Record<string, unknown>);
    const entry = writeFile(world, tree, target, session.received);
    sessionsOf.get(world)?.delete(String(cursor.session_id));
    return fileBody(entry);
  });
}

function append(session: Session, args: Record<string, unknown>, content: Buffer): void {
  requireHash(args, content);
  session.received = Buffer.concat([session.received, content]);
}

/** The session, if it is the caller's and stands at the offset; `within` is how the endpoint wraps what is wrong. */
function sessionOf(
  world: World,
  request: FastifyRequest,
  cursor: Cursor | undefined,
  within: string[],
): Session {
  const { account } = dropboxCaller(world, request, 'files.content.write');
  const id = String(cursor?.session_id);
  if (uploadFault(request, 'session_gone')) sessionsOf.get(world)?.delete(id);
  const session = sessionsOf.get(world)?.get(id);
  if (session?.accountId !== account.id) throw endpointError(...within, 'not_found');
  const correct = session.received.length;
  if (cursor?.offset === correct) return session;
  const error = { '.tag': 'incorrect_offset', correct_offset: correct };
  const [wrapper] = within;
  throw new DropboxError(
    409,
    [...within, 'incorrect_offset', '..'].join('/'),
    wrapper ? { '.tag': wrapper, [wrapper]: error } : error,
  );
}
