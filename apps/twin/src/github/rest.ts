import type { FastifyInstance, FastifyRequest } from 'fastify';
import { formOf, queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { maySee, mayUse, optionalCaller, requiredCaller } from './caller.js';
import { githubNotFound, validationFailed } from './github-errors.js';
import type { IssueChange } from './issues.js';
import { addComment, createIssue, selectIssues, updateIssue } from './issues.js';
import { linkedPage } from './link-paging.js';
import { ISSUES_READ, issueOf, issuePlace, place, REPO } from './place.js';
import { selectRepositories } from './repositories.js';
import { commentBody, issueBody, privateUser, repositoryBody } from './resources.js';
import { searchIssues } from './search.js';

/** GitHub REST: user, repositories, issues, comments, search. */
export function registerGithubApi(app: FastifyInstance, world: World): void {
  registerUser(app, world);
  registerRepositories(app, world);
  registerIssues(app, world);
  registerComments(app, world);
}

function registerUser(app: FastifyInstance, world: World): void {
  app.get('/github/api/user', (request, reply) => {
    const caller = requiredCaller(world, request, reply, { acceptedScopes: [] });
    return privateUser(world, caller.account, mayUse(caller, 'user:email') || mayUse(caller, 'read:user'));
  });
  app.get('/github/api/user/emails', (request, reply) => {
    const needs = { acceptedScopes: ['user', 'user:email'], permissions: 'emails=read' };
    const caller = requiredCaller(world, request, reply, needs);
    if (!mayUse(caller, 'user:email')) throw githubNotFound;
    return [{ email: caller.account.email, primary: true, verified: true, visibility: 'private' }];
  });
}

function registerRepositories(app: FastifyInstance, world: World): void {
  app.get('/github/api/user/repos', (request, reply) => {
    const caller = requiredCaller(world, request, reply, { acceptedScopes: ['', 'repo'] });
    const mine = world.state.github.repositories.filter(
      (repository) => repository.collaborators.includes(caller.account.id) && maySee(caller, repository),
    );
    const page = linkedPage(world, request, reply, selectRepositories(mine, queryOf(request)));
    return page.map((repository) => repositoryBody(world, repository, caller.account));
  });
  app.get(REPO, (request, reply) => {
    const { repository, caller } = place(world, request, reply, { acceptedScopes: ['repo'] });
    return repositoryBody(world, repository, caller?.account);
  });
}

function registerIssues(app: FastifyInstance, world: World): void {
  app.get(`${REPO}/issues`, (request, reply) => {
    const { repository } = place(world, request, reply, ISSUES_READ);
    const issues = linkedPage(world, request, reply, selectIssues(world, repository, queryOf(request)));
    return issues.map((issue) => issueBody(world, repository, issue));
  });
  app.post(`${REPO}/issues`, (request, reply) => {
    const { repository, writer } = issuePlace(world, request, reply);
    const issue = createIssue(world, repository, writer.account.id, bodyOf(request));
    const body = issueBody(world, repository, issue);
    return reply.code(201).header('location', String(body.url)).send(body);
  });
  app.get(`${REPO}/issues/:number`, (request, reply) => {
    const { repository } = place(world, request, reply, ISSUES_READ);
    return issueBody(world, repository, issueOf(repository, request));
  });
  app.patch(`${REPO}/issues/:number`, (request, reply) => {
    const { repository } = issuePlace(world, request, reply);
    const issue = issueOf(repository, request);
    updateIssue(world, issue, bodyOf(request));
    return issueBody(world, repository, issue);
  });
  app.get('/github/api/search/issues', (request, reply) => {
    const caller = optionalCaller(world, request, reply, { acceptedScopes: [] });
    const { q } = queryOf(request);
    if (!q) throw validationFailed('Search', 'q', 'missing');
    const found = searchIssues(world, caller, q);
    const page = linkedPage(world, request, reply, found);
    const items = page.map(({ repository, issue }) => ({ ...issueBody(world, repository, issue), score: 1 }));
    return { total_count: found.length, incomplete_results: false, items };
  });
}

function registerComments(app: FastifyInstance, world: World): void {
  app.get(`${REPO}/issues/:number/comments`, (request, reply) => {
    const { repository } = place(world, request, reply, ISSUES_READ);
    const issue = issueOf(repository, request);
    const { since } = queryOf(request);
    const comments = issue.comments.filter(
      ({ updatedAt }) => !since || Date.parse(updatedAt) >= Date.parse(since),
    );
    const page = linkedPage(world, request, reply, comments);
    return page.map((comment) => commentBody(world, repository, issue, comment));
  });
  app.post(`${REPO}/issues/:number/comments`, (request, reply) => {
    const { repository, writer } = issuePlace(world, request, reply);
    const issue = issueOf(repository, request);
    const comment = addComment(world, issue, writer.account.id, formOf(request).body);
    return reply.code(201).send(commentBody(world, repository, issue, comment));
  });
}

function bodyOf(request: FastifyRequest): IssueChange {
  return (request.body ?? {}) as IssueChange;
}
