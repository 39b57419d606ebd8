import { z } from 'zod';
import { github } from '../definition.js';
import { listQuery, nextPage, nextPageOf, paging, time } from '../input-fields.js';
import { githubNotification, notification } from '../notification.js';

/** https://docs.github.com/rest/activity/notifications#list-notifications-for-the-authenticated-user */
export const listNotifications = github.action({
  name: 'notifications.list',
  title: 'List notifications',
  summary: "Lists the user's notifications, newest first; unread ones only, unless all are asked for.",
  effect: 'read',
  idempotency: 'none',
  scopes: ['notifications'],
  input: z
    .strictObject({
      all: z.boolean().default(false).describe('Also those that are read'),
      participating: z.boolean().default(false).describe('Only where the user takes part or is mentioned'),
      since: time.optional().describe('Only those changed after this RFC 3339 time'),
      ...paging,
      limit: z.int().min(1).max(50).default(30).describe('Entries per page'),
    })
    .meta({ examples: [{}, { participating: true, limit: 10 }] }),
  output: z.object({
    notifications: z.array(notification).describe('Notifications, newest first'),
    nextPage,
  }),
  run: async ({ input: { limit, ...filter }, http }) => {
    const page = await http.getPage('/notifications', {
      query: listQuery(filter, limit),
      response: z.array(githubNotification),
    });
    return { notifications: page.body, nextPage: nextPageOf(page) };
  },
});
