import { findAccount } from '../oauth/accounts.js';
import type { Account } from '../oauth/records.js';
import type { World } from '../world.js';
import type { Issue, IssueComment, Repository } from './github-state.js';

/** A user as others see it. */
export function simpleUser(world: World, accountId: string): Record<string, unknown> {
  const account = findAccount(world, 'github', accountId);
  const login = account?.login ?? 'ghost';
  return {
    login,
    id: Number(accountId),
    node_id: nodeId('User', accountId),
    avatar_url: `${world.url}/github/avatars/${accountId}`,
    url: api(world, `/users/${login}`),
    html_url: `${world.url}/github/${login}`,
    type: 'User',
    site_admin: false,
  };
}

/** The signed-in user. */
export function privateUser(world: World, account: Account, withEmail: boolean): Record<string, unknown> {
  return {
    ...simpleUser(world, account.id),
    name: account.name,
    company: null,
    blog: '',
    location: null,
    email: withEmail ? account.email : null,
    bio: null,
    public_repos: world.state.github.repositories.filter((r) => r.owner === account.login && !r.private)
      .length,
    created_at: '2015-12-10T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  };
}

/** A repository. */
export function repositoryBody(
  world: World,
  repository: Repository,
  account?: Account,
): Record<string, unknown> {
  const owner = world.state.accounts.find((a) => a.provider === 'github' && a.login === repository.owner);
  const fullName = `${repository.owner}/${repository.name}`;
  const writes = repository.collaborators.includes(account?.id ?? '');
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: simpleUser(world, owner?.id ?? '0'),
    html_url: `${world.url}/github/${fullName}`,
    description: repository.description,
    fork: false,
    url: api(world, `/repos/${fullName}`),
    issues_url: `${api(world, `/repos/${fullName}`)}/issues{/number}`,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    pushed_at: repository.createdAt,
    has_issues: true,
    archived: false,
    disabled: false,
    visibility: repository.private ? 'private' : 'public',
    open_issues_count: repository.issues.filter((issue) => issue.state === 'open').length,
    default_branch: 'main',
    ...(account
      ? { permissions: { admin: writes, maintain: writes, push: writes, triage: writes, pull: true } }
      : {}),
  };
}

/** An issue. */
export function issueBody(world: World, repository: Repository, issue: Issue): Record<string, unknown> {
  const repositoryUrl = api(world, `/repos/${repository.owner}/${repository.name}`);
  const url = `${repositoryUrl}/issues/${issue.number}`;
  return {
    url,
    repository_url: repositoryUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${world.url}/github/${repository.owner}/${repository.name}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`,
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    number: issue.number,
    title: issue.title,
    user: simpleUser(world, issue.authorId),
    labels: issue.labels.map(labelBody),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: false,
    assignee: issue.assignees[0] ? simpleUser(world, issue.assignees[0]) : null,
    assignees: issue.assignees.map((id) => simpleUser(world, id)),
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: 'OWNER',
    active_lock_reason: null,
    body: issue.body,
    ...(issue.pull
      ? { pull_request: { url: `${repositoryUrl}/pulls/${issue.number}`, merged_at: issue.pull.mergedAt } }
      : {}),
  };
}

/** A label. */
export function labelBody(name: string): Record<string, unknown> {
  return { id: 1, node_id: nodeId('Label', name), name, color: 'ededed', default: false, description: null };
}

/** A comment. */
export function commentBody(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: IssueComment,
): Record<string, unknown> {
  const repositoryUrl = api(world, `/repos/${repository.owner}/${repository.name}`);
  return {
    url: `${repositoryUrl}/issues/comments/${comment.id}`,
    issue_url: `${repositoryUrl}/issues/${issue.number}`,
    html_url: `${world.url}/github/${repository.owner}/${repository.name}/issues/${issue.number}#issuecomment-${comment.id}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: simpleUser(world, comment.authorId),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'OWNER',
    body: comment.body,
  };
}

/** The address of an API path. */
export function api(world: World, path: string): string {
  return `${world.url}/github/api${path}`;
}

/** An id as GraphQL has it. */
export function nodeId(kind: string, id: string | number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}
