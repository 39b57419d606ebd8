import { listed, sentences } from '../../core/preview-words.js';
import { mailOf } from '../preview-words.js';
import { googleCalendar } from '../definition.js';
import { effectMark, eventPath, recoverMarked } from '../effect-mark.js';
import { calendarEvent, keepsConference } from '../event.js';
import { eventPatch, patchBody } from '../event-patch.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/patch */
export const updateEvent = googleCalendar.action({
  name: 'events.update',
  title: 'Change a calendar event',
  summary:
    'Changes title, text, place, times or recurrence of an event and leaves all else as it is, guests too. Guests get no mail unless sendUpdates says so.',
  effect: 'write',
  preview: ({ calendarId: _, eventId: id, etag: __, sendUpdates: mail, ...changed }) =>
    sentences(`Change ${listed(Object.keys(changed))} of the event ${id}.`, mailOf(mail)),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: eventPatch,
  output: calendarEvent,
  run: ({ input, http, effectId }) =>
    http.patch(eventPath(input), {
      query: { sendUpdates: input.sendUpdates, ...keepsConference },
      headers: input.etag === undefined ? {} : { 'if-match': input.etag },
      body: { ...patchBody(input), ...effectMark(effectId) },
      response: calendarEvent,
    }),
  recover: recoverMarked,
});
