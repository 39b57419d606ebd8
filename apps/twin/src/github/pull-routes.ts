import type { FastifyInstance } from 'fastify';
import type { Form } from '../oauth/request-form.js';
import { formOf, queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { fileBodies } from './git-resources.js';
import type { Repository } from './github-state.js';
import { linkedPage } from './link-paging.js';
import { CONTENTS_WRITE, issuePlace, place, PULLS_READ, PULLS_WRITE, pushPlace, REPO } from './place.js';
import { pullBody, wholePullBody } from './pull-resources.js';
import type { PullIssue, PullInput } from './pulls.js';
import { endsOf, mergePull, openPull, pullOf, pullsOf } from './pulls.js';

/** Pull requests: list, open, one, its files, merge. */
export function registerPulls(app: FastifyInstance, world: World): void {
  app.get(`${REPO}/pulls`, (request, reply) => {
    const { repository } = place(world, request, reply, PULLS_READ);
    const pulls = linkedPage(world, request, reply, selectPulls(repository, queryOf(request)));
    return pulls.map((issue) => pullBody(world, repository, issue));
  });
  app.post(`${REPO}/pulls`, (request, reply) => {
    const { repository, writer } = issuePlace(world, request, reply, PULLS_WRITE);
    const issue = openPull(world, repository, writer.account.id, (request.body ?? {}) as PullInput);
    const body = wholePullBody(world, repository, issue);
    return reply.code(201).header('location', String(body.url)).send(body);
  });
  app.get(`${REPO}/pulls/:number`, (request, reply) => {
    const { repository } = place(world, request, reply, PULLS_READ);
    return wholePullBody(world, repository, pullOf(repository, request));
  });
  app.get(`${REPO}/pulls/:number/files`, (request, reply) => {
    const { repository } = place(world, request, reply, PULLS_READ);
    const { head, common } = endsOf(repository.git, pullOf(repository, request));
    return linkedPage(world, request, reply, fileBodies(repository.git, common.tree, head.tree));
  });
  app.put(`${REPO}/pulls/:number/merge`, (request, reply) => {
    const { repository, writer } = pushPlace(world, request, reply, CONTENTS_WRITE);
    const issue = pullOf(repository, request);
    const { sha } = mergePull(world, { repository, issue }, writer.account.id, formOf(request));
    return { sha, merged: true, message: 'Pull Request successfully merged' };
  });
}

function selectPulls(repository: Repository, query: Form): PullIssue[] {
  const { state = 'open', head, base, sort = 'created' } = query;
  const { direction = sort === 'created' ? 'desc' : 'asc' } = query;
  const key = sort === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = direction === 'asc' ? 1 : -1;
  return pullsOf(repository)
    .filter((issue) => state === 'all' || issue.state === state)
    .filter(({ pull }) => !base || pull.base === base)
    .filter(({ pull }) => !head || `${repository.owner}:${pull.head}` === head)
    .sort((a, b) => sign * (a[key].localeCompare(b[key]) || a.number - b.number));
}
