import { z } from 'zod';
import { gmail } from '../definition.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.labels/list */
export const listLabels = gmail.action({
  name: 'labels.list',
  title: 'List mail labels',
  summary: "Lists the labels of the mailbox: Gmail's own, such as INBOX, and those that the user made.",
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/gmail.labels'],
  input: z.strictObject({}).meta({ examples: [{}] }),
  output: z.object({
    labels: z
      .array(
        z.object({
          id: z.string().describe('Label id, to be given to other actions'),
          name: z.string().describe('Name as the user sees it'),
          type: z.string().optional().describe('system or user'),
        }),
      )
      .describe('Labels'),
  }),
  run: async ({ http }) => {
    const label = z.object({ id: z.string(), name: z.string(), type: z.string().optional() });
    return http.get('/users/me/labels', { response: z.object({ labels: z.array(label).default([]) }) });
  },
});
