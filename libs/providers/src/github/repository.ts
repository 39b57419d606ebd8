import { z } from 'zod';
import { at, present } from './input-fields.js';

export const repositoryFacts = z.object({
  fullName: z.string().describe('owner/name'),
  owner: z.string().describe('User or organisation that owns it'),
  name: z.string().describe('Name within the owner'),
  description: z.string().optional().describe('What it is about'),
  private: z.boolean().describe('Only seen by those who have access'),
  fork: z.boolean().optional().describe('It is a fork'),
  archived: z.boolean().optional().describe('It is read only'),
  defaultBranch: z.string().optional().describe('Branch that is used when none is named'),
  language: z.string().optional().describe('Main programming language'),
  topics: z.array(z.string()).optional().describe('Topics'),
  stars: z.int().optional().describe('How many people starred it'),
  openIssues: z.int().optional().describe('Open issues and pull requests together'),
  mayPush: z.boolean().optional().describe('This user may write to it'),
  pushedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the repository on GitHub'),
});

export const githubRepository = z
  .object({
    full_name: z.string(),
    name: z.string(),
    owner: z.object({ login: z.string() }),
    description: z.string().nullish(),
    private: z.boolean(),
    fork: z.boolean().optional(),
    archived: z.boolean().optional(),
    default_branch: z.string().optional(),
    language: z.string().nullish(),
    topics: z.array(z.string()).optional(),
    stargazers_count: z.int().optional(),
    open_issues_count: z.int().optional(),
    permissions: z.object({ push: z.boolean().optional() }).optional(),
    pushed_at: at,
    html_url: z.string().optional(),
  })
  .transform((from): z.output<typeof repositoryFacts> => ({
    fullName: from.full_name,
    owner: from.owner.login,
    name: from.name,
    description: present(from.description),
    private: from.private,
    fork: from.fork,
    archived: from.archived,
    defaultBranch: from.default_branch,
    language: present(from.language),
    topics: from.topics,
    stars: from.stargazers_count,
    openIssues: from.open_issues_count,
    mayPush: from.permissions?.push,
    pushedAt: present(from.pushed_at),
    url: from.html_url,
  }));
