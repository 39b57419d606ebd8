import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { ProviderError } from '../../core/provider-error.js';
import { github } from '../definition.js';
import { githubNotification } from '../notification.js';

/** 304 says that it was read before. */
const unlessReadBefore = (error: unknown): void => {
  if (!(error instanceof ProviderError && error.status === 304)) throw error;
};

/** https://docs.github.com/rest/activity/notifications#mark-a-thread-as-read */
export const markNotificationRead = github.action({
  name: 'notifications.mark-read',
  title: 'Mark a notification as read',
  summary: 'Marks one notification of the user as read. GitHub has no way to mark it as unread again.',
  effect: 'write',
  preview: ({ threadId }) => `Mark the notification ${threadId} as read.`,
  idempotency: 'read_back',
  scopes: ['notifications'],
  settleMs: 5000,
  input: z
    .strictObject({
      threadId: z
        .string()
        .regex(/^\d{1,20}$/, 'digits')
        .describe('threadId of the notification'),
    })
    .meta({ examples: [{ threadId: '1' }] }),
  output: z.object({
    threadId: z.string().describe('The same id'),
    read: z.boolean().describe('It is read now'),
  }),
  run: async ({ input: { threadId }, http }) => {
    const path = apiPath`/notifications/threads/${threadId}`;
    await http.patch(path, { response: z.undefined() }).catch(unlessReadBefore);
    return { threadId, read: true };
  },
  recover: async ({ input: { threadId }, http }) => {
    const path = apiPath`/notifications/threads/${threadId}`;
    const { unread } = await http.get(path, { response: githubNotification });
    return unread ? { absent: true } : { found: { threadId, read: true } };
  },
});
