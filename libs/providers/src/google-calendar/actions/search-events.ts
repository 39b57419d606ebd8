import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { ProviderError } from '../../core/provider-error.js';
import { googleCalendar } from '../definition.js';
import { calendarEvent, calendarId, instant } from '../event.js';

const foundEvent = calendarEvent.extend({ calendarId: z.string().describe('Calendar that the event is on') });

const startOf = ({ start }: z.output<typeof calendarEvent>): number =>
  Date.parse(start?.dateTime ?? start?.date ?? '') || 0;

const eventPage = z.object({
  items: z.array(calendarEvent).default([]),
  nextPageToken: z.string().optional(),
});

/** Whether a refusal says something of this calendar alone: the others may be read all the same. */
const isAboutOne = (error: unknown): error is ProviderError =>
  error instanceof ProviderError && (error.code === 'not_found' || error.code === 'invalid_request');

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
    unreadableCalendars: z
      .array(z.string())
      .describe('Calendars that are gone or not open to the user; the events are those of the others'),
  }),
  run: async ({ input, http }) => {
    const { calendarIds, query, limit, timeMin, timeMax } = input;
    const ids = [...new Set(calendarIds)];
    const pages = await Promise.all(
      ids.map(async (id) => {
        const page = await http
          .get(apiPath`/calendars/${id}/events`, {
            query: {
              q: query,
              timeMin,
              timeMax,
              maxResults: limit,
              singleEvents: true,
              orderBy: 'startTime',
            },
            response: eventPage,
          })
          .catch((error: unknown) => (isAboutOne(error) && ids.length > 1 ? error : Promise.reject(error)));
        return { id, page };
      }),
    );
    const failed = pages.flatMap(({ id, page }) => (page instanceof ProviderError ? [{ id, page }] : []));
    if (failed[0] && failed.length === ids.length) throw failed[0].page;
    const read = pages.flatMap(({ id, page }) => (page instanceof ProviderError ? [] : [{ id, page }]));
    const events = read
      .flatMap(({ id, page }) => page.items.map((event) => ({ ...event, calendarId: id })))
      .sort((a, b) => startOf(a) - startOf(b));
    const isAll = events.length <= limit && read.every(({ page }) => !page.nextPageToken);
    return {
      events: events.slice(0, limit),
      isComplete: isAll && failed.length === 0,
      unreadableCalendars: failed.map(({ id }) => id),
    };
  },
});
