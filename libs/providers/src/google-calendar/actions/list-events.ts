import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { googleCalendar } from '../definition.js';
import { calendarEvent, calendarId, instant, timeZone } from '../event.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/list */
export const listEvents = googleCalendar.action({
  name: 'events.list',
  title: 'List calendar events',
  summary:
    'Lists the events of one calendar in order of start time, recurring events as single instances. Give timeMin to leave out the past.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.events.readonly'],
  input: z
    .strictObject({
      calendarId,
      timeMin: instant.optional().describe('Only events that end after this RFC 3339 time'),
      timeMax: instant.optional().describe('Only events that start before this RFC 3339 time'),
      query: z.string().min(1).max(500).optional().describe('Words to find in title, text, place or guests'),
      timeZone: timeZone.optional().describe("IANA zone of the answer; the calendar's if left out"),
      limit: z.int().min(1).max(250).default(50).describe('Events per page'),
      pageToken: z.string().max(2048).optional().describe('nextPageToken of the last answer'),
    })
    .meta({ examples: [{ timeMin: '2026-12-01T00:00:00Z', timeMax: '2026-12-08T00:00:00Z' }] }),
  output: z.object({
    events: z.array(calendarEvent).describe('Events in order of start time'),
    timeZone: z.string().optional().describe('Time zone of the calendar'),
    nextPageToken: z
      .string()
      .optional()
      .describe('Give it as pageToken for the next page; absent on the last'),
  }),
  run: async ({ input, http }) => {
    const { calendarId, limit, query, ...rest } = input;
    const { items, ...page } = await http.get(apiPath`/calendars/${calendarId}/events`, {
      query: { ...rest, q: query, maxResults: limit, singleEvents: true, orderBy: 'startTime' },
      response: z.object({
        items: z.array(calendarEvent).default([]),
        timeZone: z.string().optional(),
        nextPageToken: z.string().optional(),
      }),
    });
    return { events: items, ...page };
  },
});
