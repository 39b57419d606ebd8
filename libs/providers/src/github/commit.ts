import { z } from 'zod';
import { at, person, present } from './input-fields.js';

export const commit = z.object({
  sha: z.string().describe('SHA of the commit'),
  message: z.string().describe('Whole message; the first line is its title'),
  author: z.string().optional().describe('Login of the author, else the name in the commit'),
  authoredAt: z.string().optional().describe('RFC 3339'),
  parents: z.array(z.string()).describe('SHAs of the parents; two or more mean a merge'),
  url: z.string().optional().describe('Address of the commit on GitHub'),
});

const signature = z.object({ name: z.string().nullish(), date: at }).nullish();

const answered = z.object({
  sha: z.string(),
  html_url: z.string().optional(),
  author: person.or(z.object({})),
  commit: z.object({ message: z.string(), author: signature }),
  parents: z.array(z.object({ sha: z.string() })).default([]),
});

const toCommit = (from: z.output<typeof answered>): z.output<typeof commit> => ({
  sha: from.sha,
  message: from.commit.message,
  author:
    (from.author && 'login' in from.author ? from.author.login : undefined) ??
    present(from.commit.author?.name),
  authoredAt: present(from.commit.author?.date),
  parents: from.parents.map(({ sha }) => sha),
  url: from.html_url,
});

export const githubCommit = answered.transform(toCommit);

export const changedFile = z.object({
  path: z.string().describe('Path of the file'),
  previousPath: z.string().optional().describe('Path before it was renamed'),
  status: z.string().describe('added, removed, modified, renamed, copied, changed or unchanged'),
  additions: z.int().describe('Lines added'),
  deletions: z.int().describe('Lines removed'),
  patch: z.string().optional().describe('Unified diff; absent for binary and for very large files'),
});

export const githubChangedFile = z
  .object({
    filename: z.string(),
    previous_filename: z.string().optional(),
    status: z.string(),
    additions: z.int(),
    deletions: z.int(),
    patch: z.string().optional(),
  })
  .transform((from): z.output<typeof changedFile> => ({
    path: from.filename,
    previousPath: from.previous_filename,
    status: from.status,
    additions: from.additions,
    deletions: from.deletions,
    patch: from.patch,
  }));

/** One commit by itself comes with the files that it changes. */
export const githubWholeCommit = answered
  .extend({ files: z.array(githubChangedFile).default([]) })
  .transform((from) => ({ ...toCommit(from), files: from.files }));
