import type { FastifyInstance } from 'fastify';
import type { World } from '../world.js';
import { GithubError, validationFailed } from './github-errors.js';
import { seconds } from './issues.js';
import { linkedPage } from './link-paging.js';
import { ISSUES_READ, ISSUES_WRITE, issueOf, place, pushPlace, REPO } from './place.js';
import { labelBody } from './resources.js';

const LABELS = `${REPO}/issues/:number/labels`;

/** Labels of a repository are those that its issues have had. */
export function registerLabels(app: FastifyInstance, world: World): void {
  app.get(`${REPO}/labels`, (request, reply) => {
    const { repository } = place(world, request, reply, ISSUES_READ);
    const names = [...new Set(repository.issues.flatMap(({ labels }) => labels))].sort();
    return linkedPage(world, request, reply, names).map(labelBody);
  });
  app.get(LABELS, (request, reply) => {
    const { repository } = place(world, request, reply, ISSUES_READ);
    return linkedPage(world, request, reply, issueOf(repository, request).labels).map(labelBody);
  });
  app.post(LABELS, (request, reply) => {
    const { repository } = pushPlace(world, request, reply, ISSUES_WRITE);
    const issue = issueOf(repository, request);
    const { labels } = (request.body ?? {}) as { labels?: unknown };
    if (!Array.isArray(labels) || !labels.every((name) => typeof name === 'string' && name !== ''))
      throw validationFailed('Label', 'labels', 'invalid');
    issue.labels = [...new Set([...issue.labels, ...(labels as string[])])];
    issue.updatedAt = seconds(world);
    world.changed();
    return issue.labels.map(labelBody);
  });
  app.delete(`${LABELS}/:name`, (request, reply) => {
    const { repository } = pushPlace(world, request, reply, ISSUES_WRITE);
    const issue = issueOf(repository, request);
    const { name } = request.params as { name: string };
    if (!issue.labels.includes(name)) throw new GithubError(404, 'Label does not exist');
    issue.labels = issue.labels.filter((label) => label !== name);
    issue.updatedAt = seconds(world);
    world.changed();
    return issue.labels.map(labelBody);
  });
}
