import { z } from 'zod';
import { googleCalendar } from '../definition.js';
import { eventPath } from '../effect-mark.js';
import { calendarEvent, calendarId, eventId, timeZone } from '../event.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/get */
export const getEvent = googleCalendar.action({
  name: 'events.get',
  title: 'Read a calendar event',
  summary:
    'Reads one event with its guests and its etag. A deleted event may still be shown, with the status cancelled.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.events.readonly'],
  input: z
    .strictObject({
      calendarId,
      eventId,
      timeZone: timeZone.optional().describe("IANA zone of the answer; the calendar's if left out"),
    })
    .meta({ examples: [{ eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o', timeZone: 'Europe/Berlin' }] }),
  output: calendarEvent,
  run: ({ input, http }) =>
    http.get(eventPath(input), { query: { timeZone: input.timeZone }, response: calendarEvent }),
});
