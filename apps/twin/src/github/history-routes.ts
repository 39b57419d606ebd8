import type { FastifyInstance } from 'fastify';
import { findAccount } from '../oauth/accounts.js';
import type { Form } from '../oauth/request-form.js';
import { queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { findCommit, history } from './git.js';
import { commitBody, fileBodies } from './git-resources.js';
import { GithubError, githubNotFound } from './github-errors.js';
import type { Commit, Git, Repository } from './github-state.js';
import { linkedPage } from './link-paging.js';
import { CONTENTS_READ, place, REPO } from './place.js';
import { api } from './resources.js';

/** Branches and commits. */
export function registerHistory(app: FastifyInstance, world: World): void {
  app.get(`${REPO}/branches`, (request, reply) => {
    const { repository } = place(world, request, reply, CONTENTS_READ);
    const { git } = repository;
    const { protected: wanted } = queryOf(request);
    const names = Object.keys(git.branches)
      .sort()
      .filter((name) => wanted === undefined || String(git.protectedBranches.includes(name)) === wanted);
    return linkedPage(world, request, reply, names).map((name) => branchBody(world, repository, name));
  });
  app.get(`${REPO}/commits`, (request, reply) => {
    const { repository } = place(world, request, reply, CONTENTS_READ);
    const { git } = repository;
    if (Object.keys(git.branches).length === 0) throw new GithubError(409, 'Git Repository is empty.');
    const query = queryOf(request);
    const from = findCommit(git, query.sha ?? 'main');
    if (!from) throw githubNotFound;
    const commits = history(git, from).filter((commit) => fits(world, git, commit, query));
    return linkedPage(world, request, reply, commits).map((commit) => commitBody(world, repository, commit));
  });
  app.get(`${REPO}/commits/*`, (request, reply) => {
    const { repository } = place(world, request, reply, CONTENTS_READ);
    const { git } = repository;
    const ref = (request.params as { '*': string })['*'];
    const commit = findCommit(git, ref);
    if (!commit) throw new GithubError(422, `No commit found for SHA: ${ref}`);
    const files = fileBodies(git, git.commits[commit.parents[0] ?? '']?.tree ?? {}, commit.tree);
    const total = (key: string) => files.reduce((sum, file) => sum + Number(file[key]), 0);
    return {
      ...commitBody(world, repository, commit),
      stats: { additions: total('additions'), deletions: total('deletions'), total: total('changes') },
      files: linkedPage(world, request, reply, files),
    };
  });
}

function branchBody(world: World, { owner, name: repo, git }: Repository, name: string): object {
  const sha = git.branches[name];
  const url = api(world, `/repos/${owner}/${repo}/commits/${sha}`);
  return { name, commit: { sha, url }, protected: git.protectedBranches.includes(name) };
}

function fits(world: World, git: Git, commit: Commit, { path, author, since, until }: Form): boolean {
  const account = findAccount(world, 'github', commit.authorId);
  const before = git.commits[commit.parents[0] ?? '']?.tree ?? {};
  const touches = (changed: string) =>
    (changed === path || changed.startsWith(`${path}/`)) && before[changed] !== commit.tree[changed];
  return (
    (!author || author === account?.login || author === account?.email) &&
    (!since || Date.parse(commit.date) >= Date.parse(since)) &&
    (!until || Date.parse(commit.date) <= Date.parse(until)) &&
    (!path || [...Object.keys(before), ...Object.keys(commit.tree)].some(touches))
  );
}
