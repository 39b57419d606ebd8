import type { FastifyInstance } from 'fastify';
import { registerAuthorization } from '../oauth/authorization-flow.js';
import type { World } from '../world.js';
import { registerGithubApplications } from './applications.js';
import { githubAuthorization } from './authorize.js';
import { GithubError, sendGithubError } from './github-errors.js';
import { registerGithubApi } from './rest.js';
import { registerGithubToken } from './token.js';

/** Everything under `/github`. */
export async function registerGithub(app: FastifyInstance, world: World): Promise<void> {
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error instanceof GithubError) return sendGithubError(reply, error);
    const status = error.statusCode ?? 500;
    return sendGithubError(
      reply,
      new GithubError(status, status < 500 ? 'Problems parsing JSON' : 'Server Error'),
    );
  });
  registerAuthorization(app, world, githubAuthorization);
  registerGithubToken(app, world);
  registerGithubApplications(app, world);
  registerGithubApi(app, world);
}
