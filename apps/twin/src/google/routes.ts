import process from 'node:process';
import type { FastifyInstance } from 'fastify';
import { registerAuthorization } from '../oauth/authorization-flow.js';
import type { World } from '../world.js';
import { googleAuthorization } from './authorize.js';
import { registerCalendar } from './calendar/routes.js';
import { registerDrive, registerDriveUpload } from './drive/routes.js';
import { registerGmail } from './gmail/routes.js';
import { GoogleError, sendGoogleError } from './google-errors.js';
import { registerGoogleIdentity } from './identity.js';
import { registerGoogleToken } from './token.js';

/** Everything under `/google`. */
export async function registerGoogle(app: FastifyInstance, world: World): Promise<void> {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof GoogleError) return sendGoogleError(reply, error.failure);
    const code = error.statusCode ?? 500;
    const client = code < 500;
    // The twin plays failures by itself: one that it does not play is a fault of its own, and is to be seen.
    if (!client) process.stderr.write(`${error.stack}\n`);
    return sendGoogleError(reply, {
      code,
      message: client ? 'Parse Error' : 'Internal error encountered.',
      reason: client ? 'parseError' : 'backendError',
    });
  });
  registerAuthorization(app, world, googleAuthorization);
  registerGoogleToken(app, world);
  registerGoogleIdentity(app, world);
  registerCalendar(app, world);
  registerGmail(app, world);
  registerDrive(app, world);
  await app.register(async (scope) => registerDriveUpload(scope, world));
}
