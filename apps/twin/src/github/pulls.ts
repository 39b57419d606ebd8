import type { FastifyRequest } from 'fastify';
import type { World } from '../world.js';
import { addCommit, commitOf, mergeBase, mergedTree } from './git.js';
import { GithubError, githubNotFound, validationFailed } from './github-errors.js';
import type { Commit, Git, Issue, Pull, Repository } from './github-state.js';
import { createIssue, seconds } from './issues.js';

/** An issue that is a pull request. */
export type PullIssue = Issue & { pull: Pull };

const isPull = (issue: Issue): issue is PullIssue => issue.pull !== undefined;

/** All pull requests of a repository. */
export function pullsOf(repository: Repository): PullIssue[] {
  return repository.issues.filter(isPull);
}

/** The pull request of the path. */
export function pullOf(repository: Repository, request: FastifyRequest): PullIssue {
  const { number } = request.params as { number: string };
  const issue = pullsOf(repository).find((entry) => String(entry.number) === number);
  if (!issue) throw githubNotFound;
  return issue;
}

/** The two ends of a pull request and what they have in common. */
export function endsOf(git: Git, { pull }: PullIssue): { head: Commit; base: Commit; common: Commit } {
  const head = commitOf(git, pull.mergedHeadSha ?? pull.head);
  const merge = pull.mergeCommitSha ? commitOf(git, pull.mergeCommitSha) : undefined;
  const base = commitOf(git, merge?.parents[0] ?? pull.base);
  return { head, base, common: mergeBase(git, base, head) ?? base };
}

/** The members of a request for a new pull request. */
export interface PullInput {
  title?: string | undefined;
  head?: string | undefined;
  base?: string | undefined;
  body?: string | undefined;
  draft?: boolean | undefined;
}

const refusedPull = (message: string) =>
  new GithubError(422, 'Validation Failed', {
    errors: [{ resource: 'PullRequest', code: 'custom', message }],
  });

/** Opens a pull request, or refuses as GitHub does. */
export function openPull(
  world: World,
  repository: Repository,
  authorId: string,
  { title, head: source = '', base = '', body, draft = false }: PullInput,
): PullIssue {
  const { git, owner } = repository;
  const head = source.replace(`${owner}:`, '');
  if (!title) throw validationFailed('PullRequest', 'title');
  if (!Object.hasOwn(git.branches, head)) throw validationFailed('PullRequest', 'head', 'invalid');
  if (!Object.hasOwn(git.branches, base)) throw validationFailed('PullRequest', 'base', 'invalid');
  if (git.branches[head] === git.branches[base]) throw refusedPull(`No commits between ${base} and ${head}`);
  const isThere = pullsOf(repository).some(
    ({ state, pull }) => state === 'open' && pull.head === head && pull.base === base,
  );
  if (isThere) throw refusedPull(`A pull request already exists for ${owner}:${head}.`);
  const issue = createIssue(world, repository, authorId, { title, body });
  const unmerged = { mergedHeadSha: null, mergeCommitSha: null, mergedAt: null };
  return Object.assign(issue, { pull: { head, base, draft, ...unmerged, reviews: [], comments: [] } });
}

/** The members of a merge request. */
export interface MergeInput {
  sha?: string | undefined;
  merge_method?: string | undefined;
  commit_title?: string | undefined;
  commit_message?: string | undefined;
}

/** Merges, or refuses as GitHub does. */
export function mergePull(
  world: World,
  { repository, issue }: { repository: Repository; issue: PullIssue },
  authorId: string,
  input: MergeInput,
): Commit {
  const { git } = repository;
  const { pull } = issue;
  const { head, base } = endsOf(git, issue);
  if (issue.state !== 'open') throw new GithubError(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new GithubError(405, 'Pull Request is still a draft');
  if (input.sha !== undefined && input.sha !== head.sha)
    throw new GithubError(409, 'Head branch was modified. Review and try the merge again.');
  const tree = mergedTree(git, base, head);
  if (!tree) throw new GithubError(405, 'Pull Request is not mergeable');
  const method = input.merge_method ?? 'merge';
  const title =
    input.commit_title ??
    (method === 'merge'
      ? `Merge pull request #${issue.number} from ${repository.owner}/${pull.head}`
      : `${issue.title} (#${issue.number})`);
  const now = seconds(world);
  const commit = addCommit(git, {
    message: input.commit_message ? `${title}\n\n${input.commit_message}` : title,
    authorId,
    date: now,
    parents: method === 'merge' ? [base.sha, head.sha] : [base.sha],
    tree,
  });
  git.branches[pull.base] = commit.sha;
  Object.assign(pull, { mergedHeadSha: head.sha, mergeCommitSha: commit.sha, mergedAt: now });
  Object.assign(issue, { state: 'closed', closedAt: now, updatedAt: now });
  world.changed();
  return commit;
}
