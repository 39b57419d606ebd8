import { z } from 'zod';
import { gmail } from '../definition.js';
import { messageSummary, readSummaries } from '../message-summary.js';

/** https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/list */
export const searchMessages = gmail.action({
  name: 'messages.search',
  title: 'Search e-mail',
  summary:
    'Finds messages with a Gmail search and returns sender, subject, date and a snippet, newest first.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/gmail.readonly'],
  input: z
    .strictObject({
      query: z
        .string()
        .max(1000)
        .optional()
        .describe('Gmail search, for example from:ada@example.com is:unread'),
      labelIds: z.array(z.string().max(256)).max(20).optional().describe('All must match'),
      includeSpamTrash: z.boolean().default(false).describe('Also look into spam and trash'),
      limit: z.int().min(1).max(50).default(10).describe('Messages per page; each costs one more request'),
      pageToken: z.string().max(2048).optional().describe('nextPageToken of the last answer'),
    })
    .meta({ examples: [{ query: 'subject:invoice newer_than:30d', limit: 5 }] }),
  output: z.object({
    messages: z.array(messageSummary).describe('Messages, newest first'),
    nextPageToken: z
      .string()
      .optional()
      .describe('Give it as pageToken for the next page; absent on the last'),
  }),
  run: async ({ input, http }) => {
    const { query, limit, ...rest } = input;
    const { messages, nextPageToken } = await http.get('/users/me/messages', {
      query: { ...rest, q: query, maxResults: limit },
      response: z.object({
        messages: z.array(z.object({ id: z.string() })).default([]),
        nextPageToken: z.string().optional(),
      }),
    });
    return {
      messages: await readSummaries(
        http,
        messages.map(({ id }) => id),
      ),
      nextPageToken,
    };
  },
});
