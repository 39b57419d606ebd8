import { z } from 'zod';
import { listed, sentences } from '../../core/preview-words.js';
import { mailOf } from '../preview-words.js';
import { googleCalendar } from '../definition.js';
import { effectMark, eventPath, recoverMarked } from '../effect-mark.js';
import { emailAddress } from '../../google/mail-address.js';
import { calendarEvent, calendarId, etag, eventId, keepsConference, sendUpdates } from '../event.js';
import { changedGuests, guestedEvent, refuse } from '../guest-list.js';
import { attendee } from '../new-event.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/patch */
export const updateAttendees = googleCalendar.action({
  name: 'attendees.update',
  title: 'Add or remove guests',
  summary:
    'Adds guests to an event and removes others; the answers of those who stay are kept. Nobody gets mail unless sendUpdates says so.',
  effect: 'write',
  preview: ({ eventId: id, add, remove, sendUpdates: mail }) =>
    sentences(
      `Change the guests of the event ${id}.`,
      add.length > 0 && `It invites ${listed(add.map(({ email }) => email))}.`,
      remove.length > 0 && `It takes off ${listed(remove)}.`,
      mailOf(mail),
    ),
  groups: ['invites'],
  recipients: ({ add }) => add.map(({ email }) => email),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: z
    .strictObject({
      calendarId,
      eventId,
      etag,
      add: z.array(attendee).max(100).default([]).describe('Guests to add, or to change'),
      remove: z.array(emailAddress).max(100).default([]).describe('E-mail addresses of guests to take off'),
      sendUpdates,
    })
    .refine(({ add, remove }) => add.length + remove.length > 0, 'names nobody to add or remove')
    .meta({
      examples: [
        {
          eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o',
          add: [{ email: 'grace@example.com', optional: true }],
          remove: ['charles@example.com'],
        },
      ],
    }),
  output: calendarEvent,
  run: async ({ input, http, effectId }) => {
    const { add, remove } = input;
    const event = await http.get(eventPath(input), { response: guestedEvent });
    if (event.attendeesOmitted) refuse('attendeesOmitted');
    const version = input.etag ?? event.etag;
    return http.patch(eventPath(input), {
      query: { sendUpdates: input.sendUpdates, ...keepsConference },
      headers: version === undefined ? {} : { 'if-match': version },
      body: { attendees: changedGuests(event.attendees, add, remove), ...effectMark(effectId) },
      response: calendarEvent,
    });
  },
  recover: recoverMarked,
});
