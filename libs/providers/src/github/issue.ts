import { z } from 'zod';
import { effectKey } from '../core/effect-key.js';

export const issue = z.object({
  number: z.int().describe('Number within the repository'),
  title: z.string().describe('Title'),
  state: z.string().describe('open or closed'),
  body: z.string().optional().describe('Text in Markdown'),
  author: z.string().optional().describe('Login of the author'),
  labels: z.array(z.string()).describe('Names of the labels'),
  assignees: z.array(z.string()).describe('Logins of the assignees'),
  createdAt: z.string().optional().describe('RFC 3339'),
  updatedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the issue on GitHub'),
});

const login = z.object({ login: z.string() });
const label = z.union([
  z.string(),
  z.object({ name: z.string().nullish() }).transform(({ name }) => name ?? ''),
]);

const markerPattern = /\n*<!-- valetkey:[0-9a-v]{32} -->\s*$/;

/** Invisible on GitHub. Proves after a crash that this effect has happened. */
export const marker = (effectId: string): string => `<!-- valetkey:${effectKey(effectId)} -->`;

/** GitHub's answer; pull requests come as issues too and carry `pull_request`. */
export const githubIssue = z.object({
  number: z.int(),
  title: z.string(),
  state: z.string(),
  body: z.string().nullish(),
  user: login.nullish(),
  labels: z.array(label).default([]),
  assignees: z.array(login).nullish(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  html_url: z.string().optional(),
  pull_request: z.unknown().optional(),
});

export function toIssue(from: z.output<typeof githubIssue>): z.output<typeof issue> {
  return {
    number: from.number,
    title: from.title,
    state: from.state,
    body: from.body?.replace(markerPattern, '') || undefined,
    author: from.user?.login,
    labels: from.labels.filter(Boolean),
    assignees: (from.assignees ?? []).map((assignee) => assignee.login),
    createdAt: from.created_at,
    updatedAt: from.updated_at,
    url: from.html_url,
  };
}

const name = z.string().regex(/^[A-Za-z0-9._-]{1,100}$/, 'letters, digits, dots, hyphens and underscores');
export const owner = name.describe('User or organisation that owns the repository');
export const repo = name.describe('Name of the repository');
