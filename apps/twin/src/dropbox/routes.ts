import type { FastifyInstance } from 'fastify';
import { registerAuthorization } from '../oauth/authorization-flow.js';
import type { World } from '../world.js';
import { dropboxAuthorization } from './authorize.js';
import { registerDropboxContent } from './content.js';
import { DropboxBadInput, DropboxError, sendDropboxError } from './dropbox-errors.js';
import { registerDropboxRpc } from './rpc.js';
import { registerDropboxToken } from './token.js';

/** Everything under `/dropbox`. */
export async function registerDropbox(app: FastifyInstance, world: World): Promise<void> {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof DropboxError) return sendDropboxError(reply, error);
    const status = error instanceof DropboxBadInput ? 400 : (error.statusCode ?? 500);
    return reply.code(status).type('text/plain; charset=utf-8').send(error.message);
  });
  registerAuthorization(app, world, dropboxAuthorization);
  registerDropboxToken(app, world);
  registerDropboxRpc(app, world);
  await app.register(async (scope) => registerDropboxContent(scope, world));
}
