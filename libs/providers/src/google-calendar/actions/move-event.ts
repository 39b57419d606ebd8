import { z } from 'zod';
import { sentences } from '../../core/preview-words.js';
import { mailOf } from '../preview-words.js';
import { googleCalendar } from '../definition.js';
import { eventOrNothing, eventPath } from '../effect-mark.js';
import { calendarEvent, calendarId, eventId, sendUpdates } from '../event.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/move */
export const moveEvent = googleCalendar.action({
  name: 'events.move',
  title: 'Move an event to another calendar',
  summary:
    'Moves an event to another calendar, which becomes its organizer. A series moves as a whole; one instance cannot be moved.',
  effect: 'write',
  preview: ({ calendarId: from, eventId: id, destinationCalendarId: to, sendUpdates: mail }) =>
    sentences(`Move the event ${id} from the calendar ${from} to ${to}.`, mailOf(mail)),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: z
    .strictObject({
      calendarId,
      eventId: eventId.describe('Id of the event or series; not of an instance'),
      destinationCalendarId: z.string().min(1).max(1024).describe('Calendar to move it to, by its id'),
      sendUpdates,
    })
    .meta({
      examples: [
        { eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o', destinationCalendarId: 'team@group.calendar.google.com' },
      ],
    }),
  output: calendarEvent,
  run: ({ input, http }) =>
    http.post(`${eventPath(input)}/move`, {
      query: { destination: input.destinationCalendarId, sendUpdates: input.sendUpdates },
      response: calendarEvent,
    }),
  recover: async ({ input, http }) => {
    const { eventId: id, destinationCalendarId } = input;
    const moved = await eventOrNothing(
      http,
      { calendarId: destinationCalendarId, eventId: id },
      calendarEvent,
    );
    const isThere = moved?.organizer?.self === true && moved.status !== 'cancelled';
    return isThere ? { found: moved } : { absent: true };
  },
});
