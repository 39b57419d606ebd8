import { z } from 'zod';
import { at, present } from './input-fields.js';

export const notification = z.object({
  threadId: z.string().describe('Id by which it is marked as read'),
  repository: z.string().describe('owner/name'),
  title: z.string().describe('Title of what it is about'),
  type: z.string().describe('Issue, PullRequest, Commit, Release, Discussion, …'),
  number: z.int().optional().describe('Number of the issue or pull request'),
  reason: z.string().describe('Why the user gets it: mention, review_requested, assign, subscribed, …'),
  unread: z.boolean().describe('Not read yet'),
  updatedAt: z.string().optional().describe('RFC 3339'),
  lastReadAt: z.string().optional().describe('RFC 3339'),
});

const numbered = /\/(?:issues|pulls)\/(\d{1,9})$/;

export const githubNotification = z
  .object({
    id: z.string(),
    repository: z.object({ full_name: z.string() }),
    subject: z.object({ title: z.string(), type: z.string(), url: z.string().nullish() }),
    reason: z.string(),
    unread: z.boolean(),
    updated_at: at,
    last_read_at: at,
  })
  .transform((from): z.output<typeof notification> => {
    const number = numbered.exec(from.subject.url ?? '')?.[1];
    return {
      threadId: from.id,
      repository: from.repository.full_name,
      title: from.subject.title,
      type: from.subject.type,
      number: number === undefined ? undefined : Number(number),
      reason: from.reason,
      unread: from.unread,
      updatedAt: present(from.updated_at),
      lastReadAt: present(from.last_read_at),
    };
  });
