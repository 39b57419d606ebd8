import { z } from 'zod';
import { at, person, present } from './input-fields.js';
import { githubLabel } from './issue.js';
import { unmarked } from './marker.js';

export const pull = z.object({
  number: z.int().describe('Number within the repository'),
  title: z.string().describe('Title'),
  state: z.string().describe('open or closed; a merged one is closed'),
  draft: z.boolean().optional().describe('Not yet ready for review'),
  body: z.string().optional().describe('Text in Markdown'),
  author: z.string().optional().describe('Login of the author'),
  labels: z.array(z.string()).describe('Names of the labels'),
  head: z.string().describe('Branch that is to be merged'),
  headRepository: z.string().optional().describe('owner/name of the repository that has this branch'),
  headSha: z.string().describe('Newest commit; given to a merge, it makes sure that this is merged'),
  base: z.string().describe('Branch into which it is to be merged'),
  merged: z.boolean().describe('It has been merged'),
  mergedAt: z.string().optional().describe('RFC 3339'),
  mergeCommitSha: z.string().optional().describe('Commit that the merge has made'),
  mergeable: z.boolean().optional().describe('It has no conflicts; absent while GitHub works it out'),
  mergeableState: z.string().optional().describe('clean, dirty, blocked, behind, unstable, draft or unknown'),
  changedFiles: z.int().optional().describe('How many files it changes'),
  additions: z.int().optional().describe('Lines added'),
  deletions: z.int().optional().describe('Lines removed'),
  createdAt: z.string().optional().describe('RFC 3339'),
  updatedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the pull request on GitHub'),
});

/** Lists leave out `merged`, `mergeable` and the counts. */
export const githubPull = z
  .object({
    number: z.int(),
    title: z.string(),
    state: z.string(),
    draft: z.boolean().optional(),
    body: z.string().nullish(),
    user: person,
    labels: z.array(githubLabel).default([]),
    head: z.object({
      ref: z.string(),
      sha: z.string(),
      repo: z.object({ full_name: z.string() }).nullish(),
    }),
    base: z.object({ ref: z.string() }),
    merged: z.boolean().optional(),
    merged_at: at,
    merge_commit_sha: z.string().nullish(),
    mergeable: z.boolean().nullish(),
    mergeable_state: z.string().optional(),
    changed_files: z.int().optional(),
    additions: z.int().optional(),
    deletions: z.int().optional(),
    created_at: at,
    updated_at: at,
    html_url: z.string().optional(),
  })
  .transform((from): z.output<typeof pull> => {
    const merged = from.merged ?? Boolean(from.merged_at);
    return {
      number: from.number,
      title: from.title,
      state: from.state,
      draft: from.draft,
      body: unmarked(from.body),
      author: from.user?.login,
      labels: from.labels.filter(Boolean),
      head: from.head.ref,
      headRepository: from.head.repo?.full_name,
      headSha: from.head.sha,
      base: from.base.ref,
      merged,
      mergedAt: present(from.merged_at),
      mergeCommitSha: merged ? present(from.merge_commit_sha) : undefined,
      mergeable: present(from.mergeable),
      mergeableState: from.mergeable_state,
      changedFiles: from.changed_files,
      additions: from.additions,
      deletions: from.deletions,
      createdAt: present(from.created_at),
      updatedAt: present(from.updated_at),
      url: from.html_url,
    };
  });

export const review = z.object({
  id: z.int().describe('Id of the review'),
  state: z.string().describe('APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED or PENDING'),
  body: z.string().optional().describe('Text in Markdown'),
  author: z.string().optional().describe('Login of the reviewer'),
  commitSha: z.string().optional().describe('Commit that was reviewed'),
  submittedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the review on GitHub'),
});

export const githubReview = z.object({
  id: z.int(),
  state: z.string(),
  body: z.string().nullish(),
  user: person,
  commit_id: z.string().nullish(),
  submitted_at: at,
  html_url: z.string().optional(),
});

export const toReview = (from: z.output<typeof githubReview>): z.output<typeof review> => ({
  id: from.id,
  state: from.state,
  body: unmarked(from.body),
  author: from.user?.login,
  commitSha: present(from.commit_id),
  submittedAt: present(from.submitted_at),
  url: from.html_url,
});
