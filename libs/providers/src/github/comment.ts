import { z } from 'zod';
import { at, person, present } from './input-fields.js';
import { unmarked } from './marker.js';

export const comment = z.object({
  id: z.int().describe('Id of the comment'),
  body: z.string().optional().describe('Text in Markdown'),
  author: z.string().optional().describe('Login of the author'),
  createdAt: z.string().optional().describe('RFC 3339'),
  updatedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the comment on GitHub'),
});

export const githubComment = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: person,
  created_at: at,
  updated_at: at,
  html_url: z.string().optional(),
});

export function toComment(from: z.output<typeof githubComment>): z.output<typeof comment> {
  return {
    id: from.id,
    body: unmarked(from.body),
    author: from.user?.login,
    createdAt: present(from.created_at),
    updatedAt: present(from.updated_at),
    url: from.html_url,
  };
}

/** A comment on a line of a pull request's diff. */
export const reviewComment = comment.extend({
  path: z.string().describe('File that it is about'),
  line: z.int().optional().describe('Line that it is about; absent once the line has changed'),
});

export const githubReviewComment = githubComment.extend({ path: z.string(), line: z.int().nullish() });

export const toReviewComment = (
  from: z.output<typeof githubReviewComment>,
): z.output<typeof reviewComment> => ({
  ...toComment(from),
  path: from.path,
  line: present(from.line),
});
