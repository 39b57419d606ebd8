import { z } from 'zod';
import { sentences } from '../../core/preview-words.js';
import { mailOf } from '../preview-words.js';
import { googleCalendar } from '../definition.js';
import { eventOrNothing, eventPath } from '../effect-mark.js';
import { calendarEvent, calendarId, eventId, keepsConference, sendUpdates } from '../event.js';
import { guestedEvent, refuse } from '../guest-list.js';

/** With `attendeesOmitted` Google takes one's own answer alone, so nobody else's can be overwritten. */
const onlyOwn = { maxAttendees: 1 };

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/patch */
export const respondToEvent = googleCalendar.action({
  name: 'events.respond',
  title: 'Answer an invitation',
  summary:
    'Accepts, declines or tentatively accepts an invitation for the user, for a whole series or one instance. The user must be a guest of the event.',
  effect: 'write',
  preview: ({ eventId: id, response, sendUpdates: mail }) =>
    sentences(`Answer “${response}” to the event ${id}.`, mailOf(mail)),
  idempotency: 'read_back',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: z
    .strictObject({
      calendarId,
      eventId,
      response: z.enum(['accepted', 'declined', 'tentative']).describe("The user's answer"),
      comment: z.string().max(1000).optional().describe('Words to the organizer'),
      sendUpdates,
    })
    .meta({ examples: [{ eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o', response: 'accepted' }] }),
  output: calendarEvent,
  run: async ({ input, http }) => {
    const { response, comment } = input;
    const event = await http.get(eventPath(input), { query: onlyOwn, response: guestedEvent });
    const self = event.attendees.find((guest) => guest.self) ?? refuse('notAnAttendee');
    const answer = { ...self, responseStatus: response, ...(comment === undefined ? {} : { comment }) };
    return http.patch(eventPath(input), {
      query: { sendUpdates: input.sendUpdates, ...keepsConference },
      body: { attendees: [answer], attendeesOmitted: true },
      response: calendarEvent,
    });
  },
  recover: async ({ input, http }) => {
    const event = await eventOrNothing(http, input, calendarEvent);
    const self = event?.attendees?.find((guest) => guest.self);
    const isDone =
      self?.responseStatus === input.response &&
      (input.comment === undefined || self.comment === input.comment);
    return event && isDone ? { found: event } : { absent: true };
  },
});
