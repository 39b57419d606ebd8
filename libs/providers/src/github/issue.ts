import { z } from 'zod';
import { at, person, present } from './input-fields.js';
import { unmarked } from './marker.js';

export const issue = z.object({
  number: z.int().describe('Number within the repository'),
  repository: z.string().optional().describe('owner/name, where results come from several repositories'),
  title: z.string().describe('Title'),
  state: z.string().describe('open or closed'),
  stateReason: z.string().optional().describe('Why it is closed: completed, not_planned or duplicate'),
  isPullRequest: z.boolean().describe('It is a pull request'),
  body: z.string().optional().describe('Text in Markdown'),
  author: z.string().optional().describe('Login of the author'),
  labels: z.array(z.string()).describe('Names of the labels'),
  assignees: z.array(z.string()).describe('Logins of the assignees'),
  comments: z.int().optional().describe('How many comments it has'),
  createdAt: z.string().optional().describe('RFC 3339'),
  updatedAt: z.string().optional().describe('RFC 3339'),
  closedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the issue on GitHub'),
});

/** GitHub gives a label as an object, older answers as a string. */
export const githubLabel = z.union([
  z.string(),
  z.object({ name: z.string().nullish() }).transform(({ name }) => name ?? ''),
]);

/** GitHub's answer; pull requests come as issues too and carry `pull_request`. */
export const githubIssue = z.object({
  number: z.int(),
  title: z.string(),
  state: z.string(),
  state_reason: z.string().nullish(),
  body: z.string().nullish(),
  user: person,
  labels: z.array(githubLabel).default([]),
  assignees: z.array(z.object({ login: z.string() })).nullish(),
  comments: z.int().optional(),
  created_at: at,
  updated_at: at,
  closed_at: at,
  html_url: z.string().optional(),
  repository_url: z.string().optional(),
  pull_request: z.unknown().optional(),
});

export function toIssue(from: z.output<typeof githubIssue>): z.output<typeof issue> {
  return {
    number: from.number,
    title: from.title,
    state: from.state,
    stateReason: present(from.state_reason),
    isPullRequest: Boolean(from.pull_request),
    body: unmarked(from.body),
    author: from.user?.login,
    labels: from.labels.filter(Boolean),
    assignees: (from.assignees ?? []).map((assignee) => assignee.login),
    comments: from.comments,
    createdAt: present(from.created_at),
    updatedAt: present(from.updated_at),
    closedAt: present(from.closed_at),
    url: from.html_url,
  };
}

/** For results of a search: `…/repos/octocat/hello-world` → `octocat/hello-world`. */
export const repositoryOf = ({ repository_url: url }: z.output<typeof githubIssue>): string | undefined =>
  /\/repos\/([^/?#]+\/[^/?#]+)$/.exec(url ?? '')?.[1];
