import { z } from 'zod';
import { sentences } from '../../core/preview-words.js';
import { mailOf } from '../preview-words.js';
import { googleCalendar } from '../definition.js';
import { eventOrNothing, eventPath } from '../effect-mark.js';
import { calendarEvent, calendarId, etag, eventId, sendUpdates } from '../event.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/delete */
export const deleteEvent = googleCalendar.action({
  name: 'events.delete',
  title: 'Delete a calendar event',
  summary:
    'Deletes an event: a whole series by its id, or one instance by the id of the instance. Guests get no mail unless sendUpdates says so.',
  effect: 'destructive',
  preview: ({ calendarId: from, eventId: id, sendUpdates: mail }) =>
    sentences(`Delete the event ${id} from the calendar ${from}. It cannot be undone.`, mailOf(mail)),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: z
    .strictObject({ calendarId, eventId, etag, sendUpdates })
    .meta({ examples: [{ eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o' }] }),
  output: z.object({ id: z.string().describe('Id of the event that is deleted') }),
  run: async ({ input, http }) => {
    await http.delete(eventPath(input), {
      query: { sendUpdates: input.sendUpdates },
      headers: input.etag === undefined ? {} : { 'if-match': input.etag },
      response: z.undefined(),
    });
    return { id: input.eventId };
  },
  recover: async ({ input, http }) => {
    const event = await eventOrNothing(http, input, calendarEvent);
    const isGone = event === undefined || event.status === 'cancelled';
    return isGone ? { found: { id: input.eventId } } : { absent: true };
  },
});
