import type { World } from '../world.js';
import { mergedTree } from './git.js';
import { fileBodies } from './git-resources.js';
import type { Repository, Review, ReviewComment } from './github-state.js';
import type { PullIssue } from './pulls.js';
import { endsOf } from './pulls.js';
import { api, issueBody, nodeId, repositoryBody, simpleUser } from './resources.js';

/** A pull request as lists have it. */
export function pullBody(world: World, repository: Repository, issue: PullIssue): Record<string, unknown> {
  const { pull } = issue;
  const { head, base } = endsOf(repository.git, issue);
  const {
    pull_request: _,
    repository_url: url,
    comments: _count,
    ...common
  } = issueBody(world, repository, issue);
  const end = (ref: string, sha: string) => ({
    label: `${repository.owner}:${ref}`,
    ref,
    sha,
    user: common.user,
    repo: repositoryBody(world, repository),
  });
  return {
    ...common,
    url: `${String(url)}/pulls/${issue.number}`,
    node_id: nodeId('PullRequest', issue.id),
    draft: pull.draft,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    requested_reviewers: [],
    head: end(pull.head, head.sha),
    base: end(pull.base, base.sha),
    auto_merge: null,
  };
}

/** A pull request by itself: with its size and whether it can be merged. */
export function wholePullBody(
  world: World,
  repository: Repository,
  issue: PullIssue,
): Record<string, unknown> {
  const { pull, state } = issue;
  const { git } = repository;
  const { head, base, common } = endsOf(git, issue);
  const files = fileBodies(git, common.tree, head.tree);
  const total = (key: string) => files.reduce((sum, file) => sum + Number(file[key]), 0);
  const mergeable = state === 'open' ? mergedTree(git, base, head) !== undefined : null;
  const open = pull.draft ? 'draft' : mergeable ? 'clean' : 'dirty';
  return {
    ...pullBody(world, repository, issue),
    merged: pull.mergedAt !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: state === 'open' ? open : 'unknown',
    comments: issue.comments.length,
    review_comments: pull.comments.length,
    commits: 1,
    additions: total('additions'),
    deletions: total('deletions'),
    changed_files: files.length,
  };
}

/** A review. */
export function reviewBody(world: World, repository: Repository, issue: PullIssue, review: Review): object {
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: simpleUser(world, review.authorId),
    body: review.body,
    state: review.state,
    html_url: `${world.url}/github/${repository.owner}/${repository.name}/pull/${issue.number}#pullrequestreview-${review.id}`,
    pull_request_url: api(world, `/repos/${repository.owner}/${repository.name}/pulls/${issue.number}`),
    submitted_at: review.submittedAt,
    commit_id: review.commitSha,
    author_association: 'OWNER',
  };
}

/** A comment on a line. */
export function reviewCommentBody(
  world: World,
  repository: Repository,
  issue: PullIssue,
  comment: ReviewComment,
): object {
  const base = `/repos/${repository.owner}/${repository.name}/pulls`;
  return {
    id: comment.id,
    node_id: nodeId('PullRequestReviewComment', comment.id),
    url: api(world, `${base}/comments/${comment.id}`),
    pull_request_url: api(world, `${base}/${issue.number}`),
    html_url: `${world.url}/github/${repository.owner}/${repository.name}/pull/${issue.number}#discussion_r${comment.id}`,
    path: comment.path,
    line: comment.line,
    side: comment.side,
    commit_id: comment.commitSha,
    user: simpleUser(world, comment.authorId),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'OWNER',
  };
}
