import type { FastifyInstance, FastifyRequest } from 'fastify';
import { formOf, queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { blobOf, changedPaths } from './git.js';
import { GithubError } from './github-errors.js';
import type { Repository, Review, ReviewComment } from './github-state.js';
import { nextId, seconds } from './issues.js';
import { linkedPage } from './link-paging.js';
import { issuePlace, place, PULLS_READ, PULLS_WRITE, REPO } from './place.js';
import { reviewBody, reviewCommentBody } from './pull-resources.js';
import type { PullIssue } from './pulls.js';
import { endsOf, pullOf } from './pulls.js';

/** A pull request, and the repository that it is in. */
interface PullOf {
  readonly repository: Repository;
  readonly issue: PullIssue;
}

const STATES: Record<string, string> = {
  APPROVE: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
};

/** Reviews, and comments on lines. */
export function registerPullReviews(app: FastifyInstance, world: World): void {
  const reviews = `${REPO}/pulls/:number/reviews`;
  const comments = `${REPO}/pulls/:number/comments`;
  app.get(reviews, (request, reply) => {
    const { repository } = place(world, request, reply, PULLS_READ);
    const issue = pullOf(repository, request);
    const page = linkedPage(world, request, reply, issue.pull.reviews);
    return page.map((review) => reviewBody(world, repository, issue, review));
  });
  app.post(reviews, (request, reply) => {
    const { repository, writer } = issuePlace(world, request, reply, PULLS_WRITE);
    const issue = pullOf(repository, request);
    const review = addReview(world, { repository, issue }, writer.account.id, request);
    return reviewBody(world, repository, issue, review);
  });
  app.get(comments, (request, reply) => {
    const { repository } = place(world, request, reply, PULLS_READ);
    const issue = pullOf(repository, request);
    const { direction = 'asc' } = queryOf(request);
    const all = direction === 'desc' ? issue.pull.comments.toReversed() : issue.pull.comments;
    const page = linkedPage(world, request, reply, all);
    return page.map((comment) => reviewCommentBody(world, repository, issue, comment));
  });
  app.post(comments, (request, reply) => {
    const { repository, writer } = issuePlace(world, request, reply, PULLS_WRITE);
    const issue = pullOf(repository, request);
    const comment = addComment(world, { repository, issue }, writer.account.id, request);
    return reply.code(201).send(reviewCommentBody(world, repository, issue, comment));
  });
}

function unprocessable(message: string): GithubError {
  return new GithubError(422, 'Unprocessable Entity', { errors: [message] });
}

function addReview(
  world: World,
  { repository: { git }, issue }: PullOf,
  authorId: string,
  request: FastifyRequest,
): Review {
  const { event, body = '', commit_id: sha } = formOf(request);
  const { head } = endsOf(git, issue);
  if (event !== undefined && !STATES[event])
    throw unprocessable('Variable $event was provided invalid value');
  if (event !== 'COMMENT' && event !== undefined && authorId === issue.authorId)
    throw unprocessable(
      `Can not ${event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
    );
  if (event && event !== 'APPROVE' && body.trim() === '') throw unprocessable('Body cannot be blank');
  const submittedAt = seconds(world);
  const state = STATES[event ?? ''] ?? 'PENDING';
  const review = { id: nextId(world), state, body, authorId, commitSha: sha ?? head.sha, submittedAt };
  issue.pull.reviews.push(review);
  issue.updatedAt = submittedAt;
  world.changed();
  return review;
}

function addComment(
  world: World,
  { repository: { git }, issue }: PullOf,
  authorId: string,
  request: FastifyRequest,
): ReviewComment {
  const { body = '', path = '', line, side = 'RIGHT', commit_id: sha } = formOf(request);
  const { head, common } = endsOf(git, issue);
  const lines = blobOf(git, head.tree[path] ?? common.tree[path] ?? '')
    .toString('utf8')
    .split('\n').length;
  const isInDiff =
    changedPaths(common.tree, head.tree).includes(path) && Number(line) >= 1 && Number(line) <= lines;
  const refusal = (field: string, code: string, message: string) =>
    new GithubError(422, 'Validation Failed', {
      errors: [{ resource: 'PullRequestReviewComment', code, field, message }],
    });
  if (body.trim() === '') throw refusal('body', 'missing_field', 'body is missing');
  if (sha !== head.sha) throw refusal('commit_id', 'custom', 'commit_id is not part of the pull request');
  if (!isInDiff)
    throw refusal(
      'pull_request_review_thread.line',
      'custom',
      'pull_request_review_thread.line must be part of the diff',
    );
  const now = seconds(world);
  const comment = {
    id: nextId(world),
    body,
    path,
    line: Number(line),
    side,
    commitSha: head.sha,
    authorId,
    createdAt: now,
    updatedAt: now,
  };
  issue.pull.comments.push(comment);
  issue.updatedAt = now;
  world.changed();
  return comment;
}
