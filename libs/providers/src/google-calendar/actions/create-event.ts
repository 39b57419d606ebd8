import { listed, quoted, sentences } from '../../core/preview-words.js';
import { mailOf, momentOf } from '../preview-words.js';
import type { z } from 'zod';
import type { RecoverCall } from '../../core/action.js';
import { apiPath } from '../../core/api-path.js';
import { effectKey } from '../../core/effect-key.js';
import { ProviderError } from '../../core/provider-error.js';
import { googleCalendar } from '../definition.js';
import { calendarEvent, keepsConference } from '../event.js';
import { newEvent, sentGuest } from '../new-event.js';

type Call = Pick<RecoverCall<z.output<typeof newEvent>>, 'input' | 'http' | 'effectId'>;

const failedWith = (error: unknown, code: ProviderError['code']) =>
  error instanceof ProviderError && error.code === code;

/** Ids are base32hex, which `vk` belongs to. */
const eventId = (effectId: string): string => `vk${effectKey(effectId)}`;

const readBack = ({ input, http, effectId }: Call) =>
  http.get(apiPath`/calendars/${input.calendarId}/events/${eventId(effectId)}`, { response: calendarEvent });

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/insert */
export const createEvent = googleCalendar.action({
  name: 'events.create',
  title: 'Create a calendar event',
  summary: 'Creates one event, all-day or timed. Guests get no mail unless sendUpdates says so.',
  effect: 'write',
  preview: ({ summary, start, end, attendees = [], sendUpdates }) =>
    sentences(
      `Create the event ${quoted(summary)} from ${momentOf(start)} to ${momentOf(end)}.`,
      attendees.length > 0 && `It invites ${listed(attendees.map(({ email }) => email))}.`,
      mailOf(sendUpdates),
    ),
  groups: ['invites'],
  recipients: ({ attendees = [] }) => attendees.map(({ email }) => email),
  idempotency: 'client_chosen_id',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: newEvent,
  output: calendarEvent,
  run: async (call) => {
    const { calendarId, sendUpdates, attendees, ...event } = call.input;
    try {
      return await call.http.post(apiPath`/calendars/${calendarId}/events`, {
        query: { sendUpdates, ...keepsConference },
        body: { ...event, attendees: attendees?.map(sentGuest), id: eventId(call.effectId) },
        response: calendarEvent,
      });
    } catch (error) {
      if (failedWith(error, 'conflict')) return readBack(call);
      throw error;
    }
  },
  recover: async (call) => {
    try {
      return { found: await readBack(call) };
    } catch (error) {
      if (failedWith(error, 'not_found')) return { absent: true };
      throw error;
    }
  },
});
