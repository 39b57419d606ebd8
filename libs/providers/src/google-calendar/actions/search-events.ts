import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { googleCalendar } from '../definition.js';
import { calendarEvent, calendarId, instant } from '../event.js';

const foundEvent = calendarEvent.extend({ calendarId: z.string().describe('Calendar that the event is on') });

const startOf = ({ start }: z.output<typeof calendarEvent>): number =>
  Date.parse(start?.dateTime ?? start?.date ?? '') || 0;

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/list */
export const searchEvents = googleCalendar.action({
  name: 'events.search',
  title: 'Search calendar events',
  summary:
    'Finds events by words on up to 10 calendars at once, in order of start time, recurring events as single instances.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.events.readonly'],
  input: z
    .strictObject({
      query: z
        .string()
        .min(1)
        .max(500)
        .describe('Words to find in title, text, place or guests; all must occur'),
      calendarIds: z
        .array(calendarId)
        .min(1)
        .max(10)
        .default(['primary'])
        .describe("Calendars to look at; 'primary' is the user's own"),
      timeMin: instant.optional().describe('Only events that end after this RFC 3339 time'),
      timeMax: instant.optional().describe('Only events that start before this RFC 3339 time'),
      limit: z.int().min(1).max(100).default(25).describe('Events at most'),
    })
    .meta({ examples: [{ query: 'planning', timeMin: '2026-12-01T00:00:00Z' }] }),
  output: z.object({
    events: z.array(foundEvent).describe('Events in order of start time'),
    isComplete: z.boolean().describe('Whether these are all; if not, narrow the times or the words'),
  }),
  run: async ({ input, http }) => {
    const { calendarIds, query, limit, timeMin, timeMax } = input;
    const pages = await Promise.all(
      [...new Set(calendarIds)].map(async (id) => {
        const page = await http.get(apiPath`/calendars/${id}/events`, {
          query: { q: query, timeMin, timeMax, maxResults: limit, singleEvents: true, orderBy: 'startTime' },
          response: z.object({
            items: z.array(calendarEvent).default([]),
            nextPageToken: z.string().optional(),
          }),
        });
        return { ...page, items: page.items.map((event) => ({ ...event, calendarId: id })) };
      }),
    );
    const events = pages.flatMap(({ items }) => items).sort((a, b) => startOf(a) - startOf(b));
    const isComplete = events.length <= limit && pages.every(({ nextPageToken }) => !nextPageToken);
    return { events: events.slice(0, limit), isComplete };
  },
});
