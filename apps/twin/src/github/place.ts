import type { FastifyReply, FastifyRequest } from 'fastify';
import type { World } from '../world.js';
import type { CallNeeds, GithubCaller } from './caller.js';
import { mayPush, maySee, mayWrite, optionalCaller } from './caller.js';
import { GithubError, githubNotFound, requiresAuthentication } from './github-errors.js';
import type { Issue, Repository } from './github-state.js';

/** Path of a repository. */
export const REPO = '/github/api/repos/:owner/:repo';

/** The needs of reads and writes, by part of a repository. */
export const ISSUES_READ: CallNeeds = { acceptedScopes: ['repo'], permissions: 'issues=read' };
export const PULLS_READ: CallNeeds = { acceptedScopes: ['repo'], permissions: 'pull_requests=read' };
export const PULLS_WRITE: CallNeeds = {
  acceptedScopes: ['public_repo', 'repo'],
  permissions: 'pull_requests=write',
};
export const CONTENTS_READ: CallNeeds = { acceptedScopes: ['repo'], permissions: 'contents=read' };
export const CONTENTS_WRITE: CallNeeds = {
  acceptedScopes: ['public_repo', 'repo'],
  permissions: 'contents=write',
};
export const ACTIONS_READ: CallNeeds = { acceptedScopes: ['repo'], permissions: 'actions=read' };
export const ISSUES_WRITE: CallNeeds = {
  acceptedScopes: ['public_repo', 'repo'],
  permissions: 'issues=write',
};

/** A repository and who asks for it. */
export interface Place {
  repository: Repository;
  caller: GithubCaller | undefined;
}

/** A repository and who writes to it. */
export interface WritePlace {
  repository: Repository;
  writer: GithubCaller;
}

/** Names that repositories had before they were renamed. */
const FORMER_NAMES: Readonly<Record<string, string>> = { 'old-engine': 'engine' };

function movedTo(reply: FastifyReply, url: string): GithubError {
  reply.header('location', url);
  return new GithubError(301, 'Moved Permanently', { url });
}

/** The repository of the path, if the caller may see it. */
export function place(world: World, request: FastifyRequest, reply: FastifyReply, needs: CallNeeds): Place {
  const caller = optionalCaller(world, request, reply, needs);
  const { owner, repo } = request.params as { owner: string; repo: string };
  const current = FORMER_NAMES[repo.toLowerCase()];
  if (current) throw movedTo(reply, request.url.replace(`/${owner}/${repo}`, `/${owner}/${current}`));
  const repository = world.state.github.repositories.find(
    (entry) =>
      entry.owner.toLowerCase() === owner.toLowerCase() && entry.name.toLowerCase() === repo.toLowerCase(),
  );
  if (!repository || !maySee(caller, repository)) throw githubNotFound;
  return { repository, caller };
}

/** As `place`, for those who may take part: in a public repository everybody. */
export function issuePlace(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  needs: CallNeeds = ISSUES_WRITE,
): WritePlace {
  const { repository, caller } = place(world, request, reply, needs);
  if (!caller) throw requiresAuthentication;
  if (!mayWrite(caller, repository)) throw githubNotFound;
  return { repository, writer: caller };
}

/** As `place`, for those who may push. */
export function pushPlace(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  needs: CallNeeds,
): WritePlace {
  const { repository, writer } = issuePlace(world, request, reply, needs);
  if (!mayPush(writer, repository)) throw new GithubError(403, 'Must have push access to repository.');
  return { repository, writer };
}

/** The issue or pull request of the path. */
export function issueOf(repository: Repository, request: FastifyRequest): Issue {
  const { number } = request.params as { number: string };
  const issue = repository.issues.find((entry) => String(entry.number) === number);
  if (!issue) throw githubNotFound;
  return issue;
}
