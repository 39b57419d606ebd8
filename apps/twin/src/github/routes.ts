import type { FastifyInstance } from 'fastify';
import { registerAuthorization } from '../oauth/authorization-flow.js';
import type { World } from '../world.js';
import { registerGithubApplications } from './applications.js';
import { githubAuthorization } from './authorize.js';
import { GithubError, sendGithubError } from './github-errors.js';
import { registerContents } from './content-routes.js';
import { registerHistory } from './history-routes.js';
import { registerLabels } from './label-routes.js';
import { registerNotifications } from './notification-routes.js';
import { registerPullReviews } from './pull-review-routes.js';
import { registerPulls } from './pull-routes.js';
import { registerReleases } from './release-routes.js';
import { registerGithubApi } from './rest.js';
import { registerWorkflowRuns } from './workflow-run-routes.js';
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
  registerLabels(app, world);
  registerPulls(app, world);
  registerPullReviews(app, world);
  registerContents(app, world);
  registerHistory(app, world);
  registerReleases(app, world);
  registerWorkflowRuns(app, world);
  registerNotifications(app, world);
}
