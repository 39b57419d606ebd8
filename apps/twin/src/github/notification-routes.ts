import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { mayUse, requiredCaller } from './caller.js';
import { githubNotFound } from './github-errors.js';
import type { Notification } from './github-state.js';
import { seconds } from './issues.js';
import { linkedPage } from './link-paging.js';
import { api, repositoryBody } from './resources.js';

const NEEDS = { acceptedScopes: ['notifications', 'repo'], permissions: 'none' };
const PARTICIPATING = ['review_requested', 'mention', 'assign', 'author', 'comment'];

/** Notifications; the real ones take tokens of OAuth Apps only. */
export function registerNotifications(app: FastifyInstance, world: World): void {
  app.get('/github/api/notifications', (request, reply) => {
    const { all, participating, since, before } = queryOf(request);
    const found = mine(world, request, reply)
      .filter(({ unread }) => unread || all === 'true')
      .filter(({ reason }) => participating !== 'true' || PARTICIPATING.includes(reason))
      .filter(({ updatedAt }) => !since || Date.parse(updatedAt) > Date.parse(since))
      .filter(({ updatedAt }) => !before || Date.parse(updatedAt) < Date.parse(before))
      .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt));
    reply.header('x-poll-interval', '60');
    return linkedPage(world, request, reply, found).map((one) => notificationBody(world, one));
  });
  const thread = '/github/api/notifications/threads/:id';
  app.get(thread, (request, reply) => notificationBody(world, threadOf(world, request, reply)));
  app.patch(thread, (request, reply) => {
    const found = threadOf(world, request, reply);
    if (!found.unread) return reply.code(304).send();
    Object.assign(found, { unread: false, lastReadAt: seconds(world) });
    world.changed();
    return reply.code(205).send();
  });
}

function mine(world: World, request: FastifyRequest, reply: FastifyReply): Notification[] {
  const caller = requiredCaller(world, request, reply, NEEDS);
  if (!NEEDS.acceptedScopes.some((scope) => mayUse(caller, scope))) throw githubNotFound;
  return world.state.github.notifications.filter(({ accountId }) => accountId === caller.account.id);
}

function threadOf(world: World, request: FastifyRequest, reply: FastifyReply): Notification {
  const { id } = request.params as { id: string };
  const found = mine(world, request, reply).find((one) => String(one.id) === id);
  if (!found) throw githubNotFound;
  return found;
}

function notificationBody(world: World, one: Notification): Record<string, unknown> {
  const repository = world.state.github.repositories.find(
    ({ owner, name }) => `${owner}/${name}` === one.repository,
  );
  const issue = repository?.issues.find(({ number }) => number === one.issueNumber);
  const kind = issue?.pull ? 'pulls' : 'issues';
  return {
    id: String(one.id),
    repository: repository ? repositoryBody(world, repository) : { full_name: one.repository },
    subject: {
      title: issue?.title ?? '',
      url: api(world, `/repos/${one.repository}/${kind}/${one.issueNumber}`),
      latest_comment_url: null,
      type: issue?.pull ? 'PullRequest' : 'Issue',
    },
    reason: one.reason,
    unread: one.unread,
    updated_at: one.updatedAt,
    last_read_at: one.lastReadAt,
    url: api(world, `/notifications/threads/${one.id}`),
  };
}
