import { z } from 'zod';
import { googleCalendar } from '../definition.js';

const calendar = z
  .object({
    id: z.string(),
    summary: z.string().optional(),
    summaryOverride: z.string().optional(),
    description: z.string().optional(),
    timeZone: z.string().optional(),
    accessRole: z.string().optional(),
    primary: z.boolean().optional(),
  })
  .transform(({ summary, summaryOverride, ...rest }) => ({ ...rest, name: summaryOverride ?? summary }));

/** https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list */
export const listCalendars = googleCalendar.action({
  name: 'calendars.list',
  title: 'List calendars',
  summary:
    "Lists the calendars on the user's list: own ones, shared ones and subscriptions. It returns no events.",
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.calendarlist.readonly'],
  input: z
    .strictObject({
      minAccessRole: z
        .enum(['freeBusyReader', 'reader', 'writer', 'owner'])
        .optional()
        .describe('Only calendars on which the user may do at least this'),
      includeHidden: z.boolean().default(false).describe('Also calendars that the user has hidden'),
      limit: z.int().min(1).max(250).default(100).describe('Calendars per page'),
      pageToken: z.string().max(2048).optional().describe('nextPageToken of the last answer'),
    })
    .meta({ examples: [{}, { minAccessRole: 'writer' }] }),
  output: z.object({
    calendars: z
      .array(
        z.object({
          id: z.string().describe('Calendar id'),
          name: z.string().optional().describe('Name as the user sees it'),
          description: z.string().optional().describe('What it is for'),
          timeZone: z.string().optional().describe('IANA time zone of the calendar'),
          accessRole: z.string().optional().describe('freeBusyReader, reader, writer or owner'),
          primary: z.boolean().optional().describe("The user's own main calendar"),
        }),
      )
      .describe('Calendars'),
    nextPageToken: z
      .string()
      .optional()
      .describe('Give it as pageToken for the next page; absent on the last'),
  }),
  run: async ({ input, http }) => {
    const { limit, includeHidden, ...rest } = input;
    const { items, nextPageToken } = await http.get('/users/me/calendarList', {
      query: { ...rest, showHidden: includeHidden, maxResults: limit },
      response: z.object({ items: z.array(calendar).default([]), nextPageToken: z.string().optional() }),
    });
    return { calendars: items, nextPageToken };
  },
});
