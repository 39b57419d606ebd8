import { findAccount } from '../oauth/accounts.js';
import type { Form } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { validationFailed } from './github-errors.js';
import type { Issue, IssueComment, Repository } from './github-state.js';

/** The members of a create or update request. */
export interface IssueChange {
  title?: unknown;
  body?: unknown;
  state?: unknown;
  state_reason?: unknown;
  labels?: unknown;
  assignees?: unknown;
}

/** Opens an issue. */
export function createIssue(
  world: World,
  repository: Repository,
  authorId: string,
  change: IssueChange,
): Issue {
  if (change.title === undefined) throw validationFailed('Issue', 'title');
  const now = seconds(world);
  const issue: Issue = {
    id: nextId(world),
    number: repository.issues.reduce((highest, { number }) => Math.max(highest, number), 0) + 1,
    title: '',
    body: null,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    authorId,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    comments: [],
  };
  applyChange(world, issue, { ...change, state: undefined });
  repository.issues.push(issue);
  return issue;
}

/** Changes an issue. */
export function updateIssue(world: World, issue: Issue, change: IssueChange): void {
  applyChange(world, issue, change);
  if (change.state === 'closed' && !issue.closedAt) issue.closedAt = seconds(world);
  if (change.state === 'open') issue.closedAt = null;
  issue.updatedAt = seconds(world);
}

/** Adds a comment. */
export function addComment(world: World, issue: Issue, authorId: string, body: unknown): IssueComment {
  if (typeof body !== 'string' || body.trim() === '') throw validationFailed('IssueComment', 'body');
  const now = seconds(world);
  const comment = { id: nextId(world), body, authorId, createdAt: now, updatedAt: now };
  issue.comments.push(comment);
  issue.updatedAt = now;
  world.changed();
  return comment;
}

/** The issues that fit the list parameters, in their order. */
export function selectIssues(world: World, repository: Repository, query: Form): Issue[] {
  const { state = 'open', labels, since, creator, assignee, sort = 'created', direction = 'desc' } = query;
  const wanted = labels?.split(',').filter(Boolean) ?? [];
  const key = sort === 'updated' ? 'updatedAt' : 'createdAt';
  const sign = direction === 'asc' ? 1 : -1;
  return repository.issues
    .filter(
      (issue) =>
        (state === 'all' || issue.state === state) &&
        wanted.every((label) => issue.labels.includes(label)) &&
        (!since || Date.parse(issue.updatedAt) >= Date.parse(since)) &&
        (!creator || loginOf(world, issue.authorId) === creator) &&
        (!assignee || assignee === '*' || issue.assignees.some((id) => loginOf(world, id) === assignee)),
    )
    .sort((a, b) =>
      sort === 'comments'
        ? sign * (a.comments.length - b.comments.length)
        : sign * (a[key].localeCompare(b[key]) || a.number - b.number),
    );
}

/** User name of an account. */
export function loginOf(world: World, accountId: string): string | undefined {
  return findAccount(world, 'github', accountId)?.login;
}

function applyChange(world: World, issue: Issue, change: IssueChange): void {
  const { title, body, state, labels, assignees } = change;
  if (title !== undefined) {
    if (typeof title !== 'string' || title.trim() === '')
      throw validationFailed('Issue', 'title', 'missing_field');
    issue.title = title;
  }
  if (body !== undefined) {
    if (body !== null && typeof body !== 'string') throw validationFailed('Issue', 'body', 'invalid');
    issue.body = body;
  }
  if (state !== undefined) {
    if (state !== 'open' && state !== 'closed') throw validationFailed('Issue', 'state', 'invalid');
    issue.state = state;
    issue.stateReason = state === 'closed' ? String(change.state_reason ?? 'completed') : null;
  }
  if (Array.isArray(labels)) issue.labels = labels.map((label) => nameOf(label));
  if (Array.isArray(assignees)) {
    issue.assignees = assignees
      .map((login) => findAccount(world, 'github', String(login))?.id)
      .filter((id) => id !== undefined);
  }
  world.changed();
}

function nameOf(label: unknown): string {
  return typeof label === 'object' && label !== null
    ? String((label as { name?: unknown }).name)
    : String(label);
}

/** The next free numeric id. */
export function nextId(world: World): number {
  world.state.github.lastId += 1;
  return world.state.github.lastId;
}

/** The twin's time as GitHub writes it. */
export function seconds(world: World): string {
  return world.isoNow().replace(/\.\d+Z$/, 'Z');
}
