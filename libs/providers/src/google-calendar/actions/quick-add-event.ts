import { z } from 'zod';
import { quoted, sentences } from '../../core/preview-words.js';
import { mailOf } from '../preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { googleCalendar } from '../definition.js';
import { calendarEvent, calendarId, sendUpdates } from '../event.js';

/** https://developers.google.com/workspace/calendar/api/v3/reference/events/quickAdd */
export const quickAddEvent = googleCalendar.action({
  name: 'events.quick-add',
  title: 'Create an event from a sentence',
  summary:
    'Creates an event from a sentence that Google reads, such as "Lunch with Grace tomorrow at noon". Creating an event by its times is exact and safe to repeat.',
  effect: 'write',
  preview: ({ text, sendUpdates }) =>
    sentences(`Create an event from the words ${quoted(text)}.`, mailOf(sendUpdates)),
  groups: ['invites'],
  idempotency: 'none',
  scopes: ['https://www.googleapis.com/auth/calendar.events'],
  input: z
    .strictObject({
      calendarId,
      text: z.string().trim().min(1).max(1000).describe('The sentence, with title, day and time'),
      sendUpdates,
    })
    .meta({ examples: [{ text: 'Lunch with Grace on 1 December 2026 at 12:30' }] }),
  output: calendarEvent,
  run: ({ input, http }) =>
    http.post(apiPath`/calendars/${input.calendarId}/events/quickAdd`, {
      query: { text: input.text, sendUpdates: input.sendUpdates },
      response: calendarEvent,
    }),
});
